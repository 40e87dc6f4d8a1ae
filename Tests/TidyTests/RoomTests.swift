import Testing

/// The architecture: which room may know which. A new room, or a new line between two, is a decision to make here.
@Suite struct RoomTests {
    /// The modules of this package that the sources of each room may import.
    private static let rooms: [String: Set<String>] = [
        "Addresses": [],
        "TextFormats": [],
        "Inventory": [],
        "Booking": ["Inventory"],
        "Randomness": [],
        "Simulation": ["Booking", "Inventory", "Randomness"],
        "Executors": ["CEpoll"],
        "PostgresDriver": ["CPostgreSQL", "Executors"],
        "RedisDriver": ["CHiredis", "Executors"],
        "KafkaDriver": ["CRdKafka", "Executors"],
        "Audit": ["Booking", "Inventory", "PostgresDriver"],
        "BookingStores": [
            "Audit", "Booking", "Inventory", "KafkaDriver", "PostgresDriver", "RedisDriver", "TextFormats",
        ],
        "Accounts": ["Audit", "Booking", "CCrypt", "Inventory", "PostgresDriver", "TextFormats"],
        "Catalog": ["Audit", "Booking", "Inventory", "PostgresDriver"],
        "PrometheusMetrics": [],
        "Tickets": ["CPNG", "CQREncode", "Inventory", "TextFormats"],
        "Notifications": [
            "Addresses", "CCurl", "Inventory", "KafkaDriver", "PostgresDriver", "TextFormats", "Tickets",
        ],
        "HTTPAPI": [
            "Accounts", "Addresses", "Audit", "Booking", "CDocuments", "Catalog", "Executors", "Inventory",
            "TextFormats",
            "Tickets",
        ],
        "Usher": [
            "Accounts", "Addresses", "Audit", "Booking", "BookingStores", "Catalog", "Executors", "HTTPAPI",
            "Inventory",
            "KafkaDriver", "Notifications", "PostgresDriver", "PrometheusMetrics", "Randomness", "RedisDriver",
            "Simulation", "TextFormats", "Tickets",
        ],
        // It knows the server by its API alone.
        "usher-load": ["Randomness", "TextFormats"],
    ]

    private static let web: Set = [
        "AsyncHTTPClient", "HTTPTypes", "Hummingbird", "HummingbirdCore", "HummingbirdTesting", "NIOHTTP1",
        "NIOHTTPTypes",
    ]

    private static let webRooms: Set = ["HTTPAPI", "Usher"]

    /// What asks a payment service over HTTP needs, and no more.
    private static let webClient: Set = ["AsyncHTTPClient", "NIOHTTP1"]

    @Test func `Every room is in the plan`() {
        for file in Repository.swiftFiles {
            if let room = file.room, Self.rooms[room] == nil {
                file.fail(at: 0, "Say in RoomTests.swift what the room \(room) may know")
            }
        }
    }

    @Test func `A room knows only the rooms that the plan gives it`() {
        let others = Set(Self.rooms.keys).union(Self.rooms.values.joined())
        forEachImport { room, module in
            !others.contains(module) || Self.rooms[room, default: []].contains(module)
        }
    }

    @Test func `Only the API and the executable know HTTP, and the stores as its client`() {
        forEachImport { room, module in
            !Self.web.contains(module) || Self.webRooms.contains(room)
                || room == "BookingStores" && Self.webClient.contains(module)
        }
    }

    @Test func `The inventory imports nothing`() {
        forEachImport { room, _ in room != "Inventory" }
    }

    @Test func `The engine does without Foundation`() {
        forEachImport { room, module in
            room != "Booking" || !module.hasPrefix("Foundation")
        }
    }

    private func forEachImport(isAllowed: (_ room: String, _ module: String) -> Bool) {
        for file in Repository.swiftFiles {
            guard let room = file.room else { continue }
            for (index, module) in file.imports where !isAllowed(room, module) {
                file.fail(at: index, "\(room) must not know \(module)")
            }
        }
    }
}

extension TextFile {
    /// The room of a source file; nil for a file of the tests or the benchmarks.
    fileprivate var room: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && ["Sources", "loadtest"].contains(parts[0]) ? String(parts[1]) : nil
    }

    /// The imported modules, each with the index of its line.
    fileprivate var imports: [(Int, String)] {
        let statement =
            #/
            ^\s* (?: @\w+ (?:\(\w+\))? \s+ )*                            # attributes
            (?: (?:public|package|internal|fileprivate|private) \s+ )?   # access
            import \s+
            (?: (?:struct|class|enum|protocol|typealias|func|let|var) \s+ )?
            (\w+)
            /#
        return lines.enumerated().compactMap { index, line in
            line.firstMatch(of: statement).map { (index, String($0.1)) }
        }
    }
}

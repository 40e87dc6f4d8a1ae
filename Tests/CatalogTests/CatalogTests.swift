import Booking
import Inventory
import LocalStack
import Logging
import PostgresDriver
import Testing

@testable import Catalog

/// One contract for each store of events.
@Suite(.timeLimit(.minutes(1))) struct CatalogTests {
    private let organizer = UniqueID(high: 7, low: 8)

    @Test(arguments: Backend.allCases)
    func `finds an event as it was created`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            let draft = EventDraft(
                name: " Frühlings-Gala 'ㅇ' \\ \"x\" ", venue: "Grand Hall", startsAt: .noon, currency: "EUR",
                holdTTLSeconds: 3_600, maxHoldSeconds: 86_400, maxUnitsPerHold: 99, maxUnitsPerCustomer: 100,
                salesStart: .noon + .milliseconds(-1), salesEnd: .noon,
                sections: [
                    Layout.Section(
                        name: "STALLS", kind: .seated(rows: 20, seatsPerRow: 30), priceMinor: 8_500,
                        focalPoint: .init(row: 2, seat: 15),
                        accessibleSeats: [.init(row: 1, seat: 1), .init(row: 20, seat: 30)]),
                    Layout.Section(name: "FLOOR", kind: .general(capacity: 1_500), priceMinor: 1_000_000_000_000),
                    Layout.Section(name: "DINNER", kind: .slots(count: 4, capacity: 12), priceMinor: 0),
                ])
            let event = try await catalog.create(draft, organizer: organizer, at: .noon)
            #expect(event.offering.name == "Frühlings-Gala 'ㅇ' \\ \"x\"")
            #expect(event.offering.organizer == organizer)
            #expect(event.offering.holdTTL == .seconds(3_600))
            #expect(event.offering.longestHold == .seconds(86_400))
            #expect([event.offering.maxUnitsPerHold, event.offering.maxUnitsPerCustomer] == [99, 100])
            #expect(event.offering.salesStart == .noon + .milliseconds(-1))
            #expect(event.offering.salesEnd == .noon)
            #expect(event.offering.layout == (try Layout(sections: draft.sections)))
            #expect(event.capacity == 2_148)
            #expect(event.createdAt == .noon)
            #expect(try await catalog.event(id: event.offering.id) == event)
            #expect(try await catalog.offering(event.offering.id) == event.offering)
            #expect(try await catalog.event(id: UniqueID(high: 1, low: 2)) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `fills in ten minutes, half an hour with extensions, ten places, and a sale without end`(
        backend: Backend
    ) async throws {
        try await backend.withCatalog { catalog in
            let event = try await catalog.create(.gala(), organizer: organizer, at: .noon)
            let found = try #require(await catalog.event(id: event.offering.id)).offering
            #expect([found.holdTTL, found.longestHold] == [.seconds(600), .seconds(1_800)])
            #expect([found.maxUnitsPerHold, found.maxUnitsPerCustomer] == [10, 10])
            #expect([found.salesStart, found.salesEnd] == [nil, nil])
        }
    }

    @Test func `a hold that is long by itself can be extended no further unless the draft says so`() async throws {
        var draft = EventDraft.gala()
        (draft.holdTTLSeconds, draft.maxUnitsPerCustomer) = (3_600, 4)
        let offering = try await Catalog.inMemory().create(draft, organizer: organizer, at: .noon).offering
        #expect(offering.longestHold == .seconds(3_600))
        #expect(offering.maxUnitsPerHold == 4)
    }

    @Test func `events from before there were rules of sale get the usual ones`() async throws {
        try await Backend.withPostgres(migrations: Array(Catalog.migrations.prefix(1))) { client in
            for (number, holdTTL) in [Int32(600), 3_600].enumerated() {
                try await client.execute(
                    PostgresStatement(
                        """
                        INSERT INTO events VALUES ($1, $1, 'Gala', 'Hall', now(), 'EUR', $2, 4,
                            '[{"name": "A", "kind": "seated", "rows": 2, "seats_per_row": 3, "price": 1}]', 6, now())
                        """,
                        [.uuid(PostgresUUID(high: 0, low: UInt64(number))), .int32(holdTTL)]))
            }
            try await Backend.migrate(client, Catalog.migrations)
            let catalog = Catalog(postgres: client)
            for (number, longest) in [1_800, 3_600].enumerated() {
                let found = try #require(await catalog.event(id: UniqueID(high: 0, low: UInt64(number)))).offering
                #expect(found.longestHold == .seconds(longest))
                #expect(found.maxUnitsPerHold == 4)
                #expect(found.salesStart == nil)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `pages through events without gaps or repeats, even where starts are equal`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            var created: [Event] = []
            for number in 0..<25 {
                let draft = EventDraft.gala(startsAt: .noon + .seconds(-(number / 10)))
                created.append(try await catalog.create(draft, organizer: organizer, at: .noon))
            }
            let expected = created.sorted { EventPosition(of: $0) < EventPosition(of: $1) }
            for limit in [1, 4, 5, 24, 25, 100] {
                #expect(try await pages(of: catalog, EventQuery(limit: limit)).flatMap(\.items) == expected)
            }
            let first = try await catalog.events(EventQuery())
            #expect(first.items == Array(expected.prefix(20)))
            #expect(try await catalog.events(EventQuery(limit: 25)).nextCursor == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `neither repeats nor loses an event when others come between pages`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            for hour in 1...4 {
                let draft = EventDraft.gala(name: "Old \(hour)", startsAt: .noon + .seconds(hour * 3_600))
                _ = try await catalog.create(draft, organizer: organizer, at: .noon)
            }
            let first = try await catalog.events(EventQuery(limit: 2))
            for offset in [-3_600, 9_000, 90_000] {
                let draft = EventDraft.gala(name: "New \(offset)", startsAt: .noon + .seconds(offset))
                _ = try await catalog.create(draft, organizer: organizer, at: .noon)
            }
            let second = try await catalog.events(EventQuery(limit: 100, cursor: first.nextCursor))
            #expect(first.items.map(\.offering.name) == ["Old 1", "Old 2"])
            #expect(second.items.map(\.offering.name) == ["New 9000", "Old 3", "Old 4", "New 90000"])
        }
    }

    @Test(arguments: Backend.allCases)
    func `selects by start, the first moment included and the last excluded`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            for second in 0..<5 {
                let draft = EventDraft.gala(name: "\(second)", startsAt: .noon + .seconds(second))
                _ = try await catalog.create(draft, organizer: organizer, at: .noon)
            }
            func names(_ query: EventQuery) async throws -> [String] {
                try await pages(of: catalog, query).flatMap(\.items).map(\.offering.name)
            }
            let second = Timestamp.noon + .seconds(1), fourth = Timestamp.noon + .seconds(3)
            #expect(try await names(EventQuery(from: second, to: fourth)) == ["1", "2"])
            #expect(try await names(EventQuery(from: second, to: fourth, limit: 1)) == ["1", "2"])
            #expect(try await names(EventQuery(from: second)) == ["1", "2", "3", "4"])
            #expect(try await names(EventQuery(to: second)) == ["0"])
            #expect(try await names(EventQuery(from: second, to: second)) == [])
            #expect(try await names(EventQuery(from: .earliest, to: .latest)).count == 5)
            #expect(try await names(EventQuery(from: .latest)) == [])
            #expect(try await names(EventQuery(to: .earliest)) == [])
        }
    }

    @Test(arguments: Backend.allCases)
    func `keeps events of the first and the last moment`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            let years = Timestamp.years2000To9999
            for startsAt in [years.upperBound, years.lowerBound] {
                _ = try await catalog.create(.gala(startsAt: startsAt), organizer: organizer, at: .noon)
            }
            let all = try await pages(of: catalog, EventQuery(limit: 1)).flatMap(\.items)
            #expect(all.map(\.offering.startsAt) == [years.lowerBound, years.upperBound])
        }
    }

    @Test(arguments: Backend.allCases)
    func `finds a part of a name or a venue in either case, and takes wildcards literally`(
        backend: Backend
    ) async throws {
        try await backend.withCatalog { catalog in
            let events = [
                ("100% Swing", "Blue Note"), ("1000 Swings", "Opera"), ("snake_case", "Grand Hall"),
                ("snakeXcase", "Grand Hall"), ("back\\slash", "Arena"), ("Quote' OR 1=1", "Arena"),
            ]
            for (name, venue) in events {
                let draft = EventDraft.gala(name: name, venue: venue)
                _ = try await catalog.create(draft, organizer: organizer, at: .noon)
            }
            func names(_ text: String, venue: String? = nil) async throws -> Set<String> {
                Set(try await catalog.events(EventQuery(text: text, venue: venue)).items.map(\.offering.name))
            }
            #expect(try await names("SWING") == ["100% Swing", "1000 Swings"])
            #expect(try await names("grand h") == ["snake_case", "snakeXcase"])
            #expect(try await names("0%") == ["100% Swing"])
            #expect(try await names("e_c") == ["snake_case"])
            #expect(try await names("\\") == ["back\\slash"])
            #expect(try await names("k\\s") == ["back\\slash"])
            #expect(try await names("' or 1") == ["Quote' OR 1=1"])
            #expect(try await names("%") == ["100% Swing"])
            #expect(try await names("nothing") == [])
            #expect(try await names("", venue: "ARENA") == ["back\\slash", "Quote' OR 1=1"])
            #expect(try await names("s", venue: "note") == ["100% Swing"])
            #expect(try await names("snake", venue: "%") == [])
            #expect(try await names("  ").count == 6)
        }
    }

    @Test func `tells that the database does not answer`() async throws {
        let client = PostgresClient(
            configuration: try PostgresConfiguration(url: LocalStack.postgresURL), logger: Logger(label: "test"))
        let stopped = Task { try await client.run() }
        stopped.cancel()
        try await stopped.value
        let error = await #expect(throws: CatalogError.self) {
            try await Catalog(postgres: client).events(EventQuery())
        }
        #expect(error?.code == .databaseUnavailable)
        #expect((error?.cause as? PostgresError)?.code == .closed)
    }

    /// Every page, up to the one without a cursor.
    private func pages(of catalog: Catalog, _ query: EventQuery) async throws -> [EventPage] {
        var query = query
        var pages: [EventPage] = []
        repeat {
            pages.append(try await catalog.events(query))
            query.cursor = pages.last?.nextCursor
        } while query.cursor != nil && pages.count < 100
        return pages
    }
}

import Accounts
import Catalog
import Foundation
import Inventory
import Randomness
import Testing

@testable import Booking
@testable import HTTPAPI
@testable import Simulation

@Suite("Seats over a socket", .timeLimit(.minutes(1)))
struct SeatStreamTests {
    private static let configuration = HTTPConfiguration(port: 0, seatFrameInterval: .milliseconds(2))

    /// An event with a hall of ten rows, and places without numbers.
    private func withHall(
        seatsPerRow: Int = 10, configuration: HTTPConfiguration = Self.configuration,
        _ body: @Sendable (Hall, _ shutdown: @escaping @Sendable () async -> Void) async throws -> Void
    ) async throws {
        let api = try await TestAPI(configuration: configuration)
        let event = try await api.catalog.create(
            .init(
                name: "Gala", venue: "Hall", startsAt: api.clock.timestamp, currency: "EUR",
                sections: [
                    .init(name: "A", kind: .seated(rows: 10, seatsPerRow: seatsPerRow), priceMinor: 100),
                    .init(name: "B", kind: .seated(rows: 1, seatsPerRow: 5), priceMinor: 50),
                    .init(name: "FLOOR", kind: .general(capacity: 30), priceMinor: 20),
                ]),
            organizer: SystemIdentifierSource().next(at: api.clock.timestamp), at: api.clock.timestamp)
        try await api.withServer { port, shutdown in
            try await body(Hall(api: api, port: port, event: event.offering.id), shutdown)
        }
    }

    @Test(arguments: [1, 2, 3])
    func `whoever follows a stream sees what the seats are`(seed: UInt64) async throws {
        try await withHall { hall, _ in
            var random = SeededRandom(seed: seed)
            var events = try await hall.open().makeAsyncIterator()
            var view = SeatView()
            var holds: [Hall.Taken] = []
            for _ in 0..<200 {
                if random.next() % 3 == 0, let hold = holds.popLast() {
                    try await hall.release(hold)
                } else if random.next() % 5 == 0 {
                    try? await hall.blockOrUnblock("A-\(random.next() % 10 + 1)-1")
                } else if let hold = try? await hall.hold(
                    "A-\(random.next() % 10 + 1)-\(random.next() % 10 + 1)", floor: Int(random.next() % 2))
                {
                    holds.append(hold)
                }
                if random.next() % 20 == 0 { try await view.apply(events.next()) }
            }
            try await view.follow(&events, to: hall.version)
            #expect(try await view.seats == hall.seats)
            #expect(try await view.sections == hall.floor)
        }
    }

    @Test func `a stream of a section tells of that section alone`() async throws {
        try await withHall { hall, _ in
            var events = try await hall.open(query: "?section=B").makeAsyncIterator()
            var view = SeatView()
            try await view.apply(events.nextSeats())
            #expect(view.seats.count == 5)
            try await hall.hold("A-1-1", floor: 1)
            try await hall.hold("B-1-3")
            let event = try await events.nextSeats()
            #expect(try JSONValue(Data(event.data.utf8))["seats"] == .list([seat("B-1-3", "held")]))
        }
    }

    @Test func `a stream is resumed with what has changed since, or begins anew where that is not known`() async throws
    {
        try await withHall { hall, _ in
            var first = try await hall.open().makeAsyncIterator()
            let snapshot = try await first.nextSeats()
            #expect(snapshot.name == "snapshot")
            try await hall.hold("A-1-1")
            let change = try await first.nextSeats()
            #expect(change.name == "seats")

            var resumed = try await hall.open(lastEventID: snapshot.id).makeAsyncIterator()
            #expect(try await resumed.nextSeats() == change)
            var other = try await hall.open(lastEventID: "0-\(hall.version)").makeAsyncIterator()
            #expect(try await other.nextSeats().name == "snapshot")
        }
    }

    @Test func `a client that reads late is told once what has changed meanwhile`() async throws {
        try await withHall(seatsPerRow: 2_000) { hall, _ in
            var late = try await hall.open().makeAsyncIterator()
            var other = try await hall.open(query: "?section=B").makeAsyncIterator()
            _ = try await other.nextSeats()
            for seat in 1...50 {
                try await hall.hold("A-1-\(seat)")
                try await hall.release(hall.hold("B-1-1"))
                _ = try await other.nextSeats()
            }
            let snapshot = try await late.nextSeats()
            #expect(snapshot.name == "snapshot")
            var view = SeatView()
            try view.apply(snapshot)
            let frames = try await view.follow(&late, to: hall.version)
            #expect(frames <= 2)
            #expect(try await view.seats == hall.seats)
        }
    }

    @Test func `a client that does not read is dropped`() async throws {
        var configuration = Self.configuration
        configuration.heartbeatInterval = .milliseconds(5)
        configuration.streamLimits.perAddress = 1
        try await withHall(seatsPerRow: 2_000, configuration: configuration) { hall, _ in
            let idle = try await hall.open()
            while try await hall.open().status != 200 {}
            #expect(idle.status == 200)
        }
    }

    @Test func `an inventory that is brought into memory anew is shown anew`() async throws {
        try await withHall { hall, _ in
            var events = try await hall.open().makeAsyncIterator()
            let before = try await events.nextSeats()
            _ = try await hall.api.directory.withInventory(of: hall.event) { await hall.api.directory.drop($0) }
            let after = try await events.nextSeats()
            #expect(after.name == "snapshot")
            #expect(after.id != before.id)
            try await hall.hold("A-1-1")
            #expect(try await events.nextSeats().name == "seats")
        }
    }

    @Test func `a graceful shutdown ends the streams`() async throws {
        try await withHall { hall, shutdown in
            var events = try await hall.open().makeAsyncIterator()
            _ = try await events.nextSeats()
            await shutdown()
            while try await events.next() != nil {}
        }
    }

    @Test func `what is not there has no stream`() async throws {
        try await withHall { hall, _ in
            let noSection = try await hall.open(query: "?section=C")
            let id = SystemIdentifierSource().next(at: hall.api.clock.timestamp)
            let noEvent = try await EventSource.open("http://127.0.0.1:\(hall.port)/api/events/\(id)/stream")
            #expect([noSection.status, noEvent.status] == [422, 404])
        }
    }

    private func seat(_ id: String, _ status: String) -> JSONValue {
        .object(["id": .string(id), "status": .string(status)])
    }
}

/// An event on a server.
private struct Hall: Sendable {
    let api: TestAPI
    let port: Int
    let event: UniqueID

    /// A hold, each a new customer's.
    struct Taken {
        let hold: HoldID
        let customer: UniqueID
    }

    func open(query: String = "", lastEventID: String? = nil) async throws -> EventSource {
        try await EventSource.open(
            "http://127.0.0.1:\(port)/api/events/\(event)/stream\(query)", lastEventID: lastEventID)
    }

    @discardableResult
    func hold(_ seat: String, floor: Int = 0) async throws -> Taken {
        let general = floor == 0 ? [] : [HoldRequest.General(section: "FLOOR", quantity: floor)]
        let id = SystemIdentifierSource().next(at: api.clock.timestamp)
        let customer = Customer(id: id, email: "\(id)@usher.example")
        let hold = try await api.bookings.hold(on: event, for: customer, HoldRequest(seats: [seat], general: general))
        return Taken(hold: hold.id, customer: id)
    }

    /// Takes a seat off sale, or everything back that is off sale.
    func blockOrUnblock(_ seat: String) async throws {
        let blocks = try await api.offerings.blocks(of: event)
        let user = SystemIdentifierSource().next(at: api.clock.timestamp)
        if blocks.count < 3 {
            _ = try await api.offerings.block(
                HoldRequest(seats: [seat]), of: event, reason: nil, by: user)
        } else {
            for block in blocks { try await api.offerings.unblock(block.id, of: event, by: user) }
        }
    }

    func release(_ taken: Taken) async throws {
        try await api.bookings.release(taken.hold, of: taken.customer)
    }

    var version: UInt64 {
        get async throws { try await api.bookings.availability(of: event).version }
    }

    var seats: [String: String] {
        get async throws {
            let map = try await api.bookings.seatMap(of: event, section: nil)
            return Dictionary(uniqueKeysWithValues: map.seats.map { ($0.id, $0.status.rawValue) })
        }
    }

    /// `available`, `held` and `booked` of the places without numbers.
    var floor: [String: [Double]] {
        get async throws {
            let sections = try await api.bookings.availability(of: event).sections
            return Dictionary(
                uniqueKeysWithValues: sections.filter { $0.name == "FLOOR" }.map {
                    ($0.name, [Double($0.available), Double($0.held), Double($0.booked)])
                })
        }
    }
}

/// What a client makes of a stream.
private struct SeatView {
    private(set) var version: UInt64 = 0
    private(set) var seats: [String: String] = [:]
    private(set) var sections: [String: [Double]] = [:]

    mutating func apply(_ event: EventSource.Event?) throws {
        guard let event, !event.isComment else { return }
        let body = try JSONValue(Data(event.data.utf8))
        if event.name == "snapshot" { self = SeatView() }
        version = UInt64(body["version"].double)
        for seat in body["seats"].items { seats[seat["id"].string] = seat["status"].string }
        for section in body["sections"].items {
            sections[section["name"].string] = ["available", "held", "booked"].map { section[$0].double }
        }
    }

    /// - Returns: How many events it took.
    @discardableResult
    mutating func follow(_ events: inout EventSource.AsyncIterator, to last: UInt64) async throws -> Int {
        var count = 0
        while version < last {
            try apply(await events.nextSeats())
            count += 1
        }
        return count
    }
}

extension JSONValue {
    fileprivate var double: Double {
        guard case .number(let value) = self else { return .nan }
        return value
    }
}

extension EventSource.AsyncIterator {
    /// The next event that is no comment.
    fileprivate mutating func nextSeats() async throws -> EventSource.Event {
        while let event = try await next() {
            if !event.isComment { return event }
        }
        throw StreamEnded()
    }
}

private struct StreamEnded: Error {}

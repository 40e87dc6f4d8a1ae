import Booking
import BookingStores
import Catalog
import Inventory
import LocalStack
import Logging
import PostgresDriver
import RedisDriver
import Testing

@testable import Usher

/// Holds are put into Redis that an engine would not have granted.
@Suite(.timeLimit(.minutes(1))) struct HoldCheckTests {
    @Test func `A hold on a free seat, and one that has become a booking, are right`() async throws {
        try await withStores { stores in
            try await stores.hold(1, on: "STALLS-1-1")
            try await stores.hold(2, on: "STALLS-1-2")
            try await stores.book(2, "STALLS-1-2")
            let check = try await stores.check()
            #expect(check.isKept, "\(check)")
            #expect(check.checked == "1 holds")
        }
    }

    @Test func `A hold on a sold seat breaks I1`() async throws {
        try await withStores { stores in
            try await stores.hold(1, on: "STALLS-1-1")
            try await stores.book(9, "STALLS-1-1")
            #expect(try await stores.check().violationCount == 1)
        }
    }

    @Test func `Two holds on a seat, and more holds than a floor has places, break I1`() async throws {
        try await withStores { stores in
            try await stores.hold(1, on: "STALLS-1-1")
            try await stores.hold(2, on: "STALLS-1-1")
            try await stores.hold(3, on: "FLOOR", quantity: 3)
            try await stores.hold(4, on: "FLOOR", quantity: 3)
            let violations = try await stores.check().violations
            #expect(violations.count == 2)
            #expect(violations.first?.hasPrefix("FLOOR of event") == true)
        }
    }

    @Test func `A hold that is over, or gone at the second look, breaks nothing`() async throws {
        try await withStores { stores in
            try await stores.book(9, "STALLS-1-1")
            try await stores.hold(1, on: "STALLS-1-1", lasting: .zero - .seconds(1))
            try await stores.hold(2, on: "STALLS-1-1")
            let check = try await stores.check { try await stores.release(2) }
            #expect(check.isKept, "\(check)")
        }
    }

    private func withStores(_ body: @escaping @Sendable (Stores) async throws -> Void) async throws {
        try await PlantedLedger.with { ledger in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let redis = RedisClient(
                configuration: try RedisConfiguration(url: LocalStack.redisURL), logger: logger)
            let catalog = Catalog(postgres: ledger.database)
            let clock = SystemBookingClock()
            let event = try await catalog.create(Self.draft, organizer: ledger.id(1), at: clock.timestamp)
            try await withThrowingTaskGroup { group in
                group.addTask { try await redis.run() }
                try await body(
                    Stores(
                        ledger: ledger, holds: RedisHoldStore(client: redis, clock: clock, logger: logger),
                        catalog: catalog,
                        event: event.offering.id))
                group.cancelAll()
            }
        }
    }

    private static let draft = EventDraft(
        name: "Checked", venue: "Hall", startsAt: Timestamp(millisecondsSince1970: 1_900_000_000_000), currency: "EUR",
        sections: [
            Layout.Section(name: "STALLS", kind: .seated(rows: 1, seatsPerRow: 4), priceMinor: 1),
            Layout.Section(name: "FLOOR", kind: .general(capacity: 5), priceMinor: 1),
        ])
}

private struct Stores: Sendable {
    let ledger: PlantedLedger
    let holds: RedisHoldStore
    let catalog: Catalog
    let event: UniqueID

    func hold(
        _ own: UInt64, on unit: String, quantity: Int = 1, lasting duration: Duration = .seconds(60)
    ) async throws {
        let now = SystemBookingClock().timestamp
        let hold = StoredHold(
            id: HoldID(offering: event, own: ledger.id(own)), customer: ledger.id(own),
            claims: [StoredHold.Claim(unit: unit, quantity: quantity)], heldSince: now, expiresAt: now + duration)
        try await holds.put([hold], on: event, epoch: 1)
    }

    func release(_ own: UInt64) async throws {
        let now = SystemBookingClock().timestamp
        try await holds.remove(HoldID(offering: event, own: ledger.id(own)), deadline: now, epoch: 1)
    }

    /// Sells a seat to the hold with this id.
    func book(_ own: UInt64, _ unit: String) async throws {
        try await ledger.add(booking: own, unit: unit)
        try await ledger.run("UPDATE bookings SET offering = '\(event)'")
        try await ledger.run("UPDATE claims SET offering = '\(event)'")
    }

    /// - Parameter meanwhile: What happens between the two looks.
    func check(meanwhile: @escaping @Sendable () async throws -> Void = {}) async throws -> PromiseCheck {
        try await HoldCheck(
            database: ledger.database, holdStore: holds, catalog: catalog, clock: BusyClock(meanwhile: meanwhile)
        ).result()
    }
}

/// A clock on which something happens while others sleep, and which takes no time.
private struct BusyClock: BookingClock {
    private let system = SystemBookingClock()
    let meanwhile: @Sendable () async throws -> Void

    init(meanwhile: @escaping @Sendable () async throws -> Void) { self.meanwhile = meanwhile }

    var now: Moment { system.now }
    var timestamp: Timestamp { system.timestamp }

    func sleep(until deadline: Moment) async throws { try await meanwhile() }
}

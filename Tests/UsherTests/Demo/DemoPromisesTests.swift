import BookingStores
import Inventory
import LocalStack
import Logging
import PostgresDriver
import Testing

@testable import Usher

/// Each promise is broken on purpose, in a database of its own.
@Suite(.timeLimit(.minutes(1))) struct DemoPromisesTests {
    private let event = UniqueID(high: 1, low: 1)

    @Test func `sound bookings keep all promises`() async throws {
        try await withLedger { database, promises in
            try await add(booking: 1, status: "confirmed", unit: "NORTH-1-1", to: database)
            try await add(booking: 2, status: "failed", unit: nil, to: database)
            try await charge(booking: 1, amount: 8_500, in: database)
            let states = try await promises.bookings()
            #expect(states == [text(1): "confirmed", text(2): "failed"])
            #expect(try await promises.capacity().violations.isEmpty)
            #expect(try await promises.capacity().checked == "1 places")
            #expect(try await promises.charges().violations.isEmpty)
            #expect(try await promises.charges().checked == "1 charges")
            #expect(try await promises.counts(sections(northBooked: 1)).violations.isEmpty)
        }
    }

    @Test func `a seat with two claims breaks I1`() async throws {
        try await withLedger { database, promises in
            try await database.execute("DROP INDEX claims_seat")
            try await add(booking: 1, status: "confirmed", unit: "NORTH-1-1", to: database)
            try await add(booking: 2, status: "confirmed", unit: "NORTH-1-1", to: database)
            #expect(try await promises.capacity().violations == ["NORTH-1-1: 2 places claimed of 1"])
        }
    }

    @Test func `a count that differs from the database breaks I3`() async throws {
        try await withLedger { database, promises in
            try await add(booking: 1, status: "confirmed", unit: "NORTH-1-1", to: database)
            #expect(try await promises.counts(sections(northBooked: 0)).violations.count == 1)
            #expect(try await promises.counts(sections(northBooked: 1, floorHeld: 2)).violations.count == 1)
            #expect(try await promises.counts([]).violations.count == 5)
        }
    }

    @Test func `a charge too many, too few or of another amount breaks I4`() async throws {
        let cases: [(status: String, amounts: [Int64])] = [
            ("confirmed", []), ("confirmed", [8_400]), ("confirmed", [8_500, 8_500]), ("confirmed", [8_000, 500]),
            ("failed", [8_500]), ("queued", [8_500]),
        ]
        try await withLedger { database, promises in
            for (status, amounts) in cases {
                try await add(booking: 1, status: status, unit: nil, to: database)
                for amount in amounts { try await charge(booking: 1, amount: amount, in: database) }
                #expect(try await promises.charges().violations.count == 1, "\(status) with \(amounts)")
                try await database.execute("TRUNCATE bookings, simulated_charges")
            }
        }
    }

    @Test func `a charge in another currency, and one without booking, break I4`() async throws {
        try await withLedger { database, promises in
            try await add(booking: 1, status: "confirmed", unit: nil, to: database)
            try await charge(booking: 1, amount: 8_500, currency: "USD", in: database)
            #expect(try await promises.charges().violations.count == 1)
            try await charge(booking: 9, amount: 1, in: database)
            #expect(try await promises.charges().violations.count == 2)
        }
    }

    @Test func `a booking that is lost, unended or not as its stream said breaks I2`() {
        func violations(_ state: String?, followed end: String?) -> Int {
            let id = BookingID(offering: event, own: UniqueID(high: 0, low: 1)).description
            let states = state.map { [text(1): $0] } ?? [:]
            return DemoPromises.endings(states, followed: [DemoTally.FollowedBooking(id: id, end: end)]).violations
                .count
        }
        #expect(violations("confirmed", followed: "confirmed") == 0)
        #expect(violations("failed", followed: nil) == 0)
        #expect(violations(nil, followed: "confirmed") == 1)
        #expect(violations(nil, followed: nil) == 1)
        #expect(violations("failed", followed: "confirmed") == 1)
        #expect(violations("queued", followed: nil) == 1)
    }

    private func withLedger(_ body: @Sendable (PostgresClient, DemoPromises) async throws -> Void) async throws {
        try await LocalStack.withDatabase { url in
            var configuration = try PostgresConfiguration(url: url)
            configuration.connections = 1
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let database = PostgresClient(configuration: configuration, logger: logger)
            try await withThrowingTaskGroup { group in
                group.addTask { try await database.run() }
                _ = try await PostgresMigrator(migrations: BookingMigrations.all).migrate(database, logger: logger)
                try await body(database, DemoPromises(database: database, event: event))
                group.cancelAll()
            }
        }
    }

    private func add(booking: UInt64, status: String, unit: String?, to database: PostgresClient) async throws {
        let (id, offering) = (PostgresUUID(high: 0, low: booking), PostgresUUID(high: event.high, low: event.low))
        try await database.execute(
            PostgresStatement(
                """
                INSERT INTO bookings (id, offering, hold, customer, email, status, version, claims, total_minor, currency,
                    payment_token, created_at, updated_at)
                VALUES ($1, $2, $1, $1, 'a@usher.example', $3, 1, '[]', 8500, 'EUR', 'tok_visa', now(), now())
                """, [.uuid(id), .uuid(offering), .text(status)]))
        guard let unit else { return }
        try await database.execute(
            PostgresStatement(
                """
                INSERT INTO claims (booking, offering, unit, quantity, unit_capacity, price_minor)
                VALUES ($1, $2, $3, 1, 1, 8500)
                """, [.uuid(id), .uuid(offering), .text(unit)]))
    }

    private func charge(
        booking: UInt64, amount: Int64, currency: String = "EUR", in database: PostgresClient
    ) async throws {
        try await database.execute(
            PostgresStatement(
                """
                INSERT INTO simulated_charges (idempotency_key, booking, amount_minor, currency, charge_id)
                VALUES (gen_random_uuid()::text, $1, $2, $3, 'ch_1')
                """, [.uuid(PostgresUUID(high: 0, low: booking)), .int64(amount), .text(currency)]))
    }

    /// The counts of the demo's venue with nothing sold but what is given.
    private func sections(northBooked: Int, floorHeld: Int = 0) -> [EventBody.Section] {
        DemoVenue.capacities.map { name, capacity in
            let booked = name == "NORTH" ? northBooked : 0
            return EventBody.Section(
                name: name, available: capacity - booked, held: name == "FLOOR" ? floorHeld : 0, booked: booked)
        }
    }

    private func text(_ own: UInt64) -> String { UniqueID(high: 0, low: own).description }
}

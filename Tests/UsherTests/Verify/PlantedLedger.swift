import Accounts
import BookingStores
import Catalog
import Inventory
import LocalStack
import Logging
import PostgresDriver

@testable import Usher

/// A database of the test's own, in which it writes what an engine never should.
struct PlantedLedger: Sendable {
    static let event = UniqueID(high: 1, low: 1)

    let database: PostgresClient
    let url: String

    static func with(_ body: @Sendable (PlantedLedger) async throws -> Void) async throws {
        try await LocalStack.withDatabase { url in
            var configuration = try PostgresConfiguration(url: url)
            configuration.connections = 1
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let database = PostgresClient(configuration: configuration, logger: logger)
            try await withThrowingTaskGroup { group in
                group.addTask { try await database.run() }
                try await DatabaseSchema.migrate(database, logger: logger)
                try await body(PlantedLedger(database: database, url: url))
                group.cancelAll()
            }
        }
    }

    func run(_ sql: String) async throws {
        try await database.execute(PostgresStatement(sql))
    }

    /// Adds a booking of one place for 85.00, and the claim on it.
    func add(booking: UInt64, status: String = "confirmed", unit: String, capacity: Int = 1) async throws {
        let claims = #"[{"unit": "\#(unit)", "quantity": 1, "price": 8500, "capacity": \#(capacity)}]"#
        try await run(
            """
            INSERT INTO bookings (id, offering, hold, customer, email, status, version, claims, total_minor, currency,
                payment_token, created_at, updated_at)
            VALUES ('\(id(booking))', '\(Self.event)', '\(id(booking))', '\(id(booking))', 'a@usher.example', '\(status)',
                1, '\(claims)', 8500, 'EUR', 'tok_visa', now() - interval '1 minute', now() - interval '1 minute')
            """)
        guard ["queued", "confirmed"].contains(status) else { return }
        try await claim(unit, booking: booking, capacity: capacity)
    }

    func claim(_ unit: String, booking: UInt64, capacity: Int = 1) async throws {
        try await run(
            """
            INSERT INTO claims (booking, offering, customer, unit, quantity, unit_capacity, price_minor)
            VALUES ('\(id(booking))', '\(Self.event)', '\(id(booking))', '\(unit)', 1, \(capacity), 8500)
            """)
    }

    func charge(booking: UInt64, amount: Int64 = 8_500, currency: String = "EUR", id: String? = nil) async throws {
        let charge = id ?? "ch_\(booking)"
        try await run(
            """
            INSERT INTO simulated_charges (idempotency_key, booking, amount_minor, currency, charge_id)
            VALUES ('\(charge)', '\(self.id(booking))', \(amount), '\(currency)', '\(charge)')
            """)
    }

    func refund(_ charge: String, amount: Int64 = 8_500) async throws {
        try await run(
            """
            INSERT INTO simulated_refunds (idempotency_key, charge_id, amount_minor, currency)
            VALUES ('\(charge)-refund', '\(charge)', \(amount), 'EUR')
            """)
    }

    func id(_ own: UInt64) -> UniqueID { UniqueID(high: 0, low: own) }
}

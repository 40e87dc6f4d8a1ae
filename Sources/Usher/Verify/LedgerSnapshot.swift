import Inventory
import PostgresDriver

/// What the database holds at one moment, however much goes on in it.
struct LedgerSnapshot: Sendable {
    let checks: [PromiseCheck]
    let bookings: [BookedRecord]
    let simulatedBook: PaymentBook
    /// Events that wait to be published, in commit order per shard.
    let outbox: [BookingEvent]
    /// The number of the last event that each shard has committed.
    let sequences: [Int: Int64]

    /// Reads all in one read-only transaction on one snapshot.
    ///
    /// - Parameter event: The only offering to look at; nil for all of them.
    init(_ client: PostgresClient, checks: [LedgerCheck], event: UniqueID? = nil) async throws {
        let records: [PostgresStatement] = [
            BookedRecord.statement(event), PaymentBook.charges(event), PaymentBook.refunds,
            BookingEvent.outboxStatement, PostgresStatement("SELECT id, seq FROM shards"),
        ]
        let checkStatements = checks.flatMap { $0.statements(on: event) }
        let isolation = PostgresStatement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        let answers = try await client.transaction([isolation] + records + checkStatements)
        bookings = try answers[1].map(BookedRecord.init)
        simulatedBook = try PaymentBook(charges: answers[2], refunds: answers[3])
        outbox = try answers[4].map(BookingEvent.init)
        sequences = try answers[5].reduce(into: [:]) { $0[try $1.decode(0)] = try $1.decode(1, as: Int64.self) }
        self.checks = try checks.enumerated().map { index, check in
            try check.result(answers.dropFirst(1 + records.count + index * 2).prefix(2))
        }
    }
}

/// A booking's row, as far as it is compared with what others know of it.
struct BookedRecord: Hashable, Sendable {
    let id: String
    let status: String
    let version: Int64
    let totalMinor: Int64
    let currency: String
    /// Whether the gateway may have charged for it after it failed.
    var isPaymentOpen = false
    /// What goes back to the customer, once that is decided.
    var refundMinor: Int64?
    /// Whether it has gone back.
    var isRefunded = false
}

extension BookedRecord {
    fileprivate static func statement(_ event: UniqueID?) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT id::text, status, version, total_minor, currency, payment_open, refund_minor, refunded
            FROM bookings WHERE $1::uuid IS NULL OR offering = $1 ORDER BY id
            """, [event.map { .uuid(PostgresUUID(high: $0.high, low: $0.low)) } ?? .null])
    }

    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.decode(0)
        status = try row.decode(1)
        version = try row.decode(2)
        totalMinor = try row.decode(3)
        currency = try row.decode(4)
        isPaymentOpen = try row.decode(5)
        refundMinor = try row.decode(6)
        isRefunded = try row.decode(7)
    }
}

import Audit
import Booking
import BookingStores
import Inventory
import LocalStack
import PostgresDriver
import Simulation

/// The ledgers that keep the same contract.
enum LedgerKind: CaseIterable {
    case memory, postgres

    /// Runs `body` with an empty ledger and its outbox.
    func withLedger(_ body: (any Ledger, any Outbox) async throws -> Void) async throws {
        switch self {
        case .memory:
            let ledger = InMemoryLedger()
            try await body(ledger, ledger)
        case .postgres:
            try await withPostgres { try await body($0.ledger, $0.outbox) }
        }
    }
}

/// A ledger in a database of its own, and what it is made of.
struct PostgresStore {
    let url: String
    let client: PostgresClient
    let outbox: PostgresOutbox
    let ledger: PostgresLedger

    init(
        url: String, connections: Int = 2, connectTimeout: Duration = .seconds(5), outageTimeout: Duration? = nil
    ) throws {
        self.url = url
        var configuration = try PostgresConfiguration(url: url)
        configuration.connections = connections
        configuration.connectTimeout = connectTimeout
        configuration.outageTimeout = outageTimeout
        client = PostgresClient(configuration: configuration, logger: silentLogger)
        outbox = PostgresOutbox(client: client, clock: clock)
        ledger = PostgresLedger(client: client, outbox: outbox, clock: clock, logger: silentLogger)
    }

    /// The one number that a query gives.
    func number(_ query: String) async throws -> Int {
        try await client.execute(PostgresStatement(query))[0].decode(0)
    }

    /// What a change leaves behind: bookings, claims, claimed places of general sections, events, and the events that
    /// the shards have counted.
    func traces() async throws -> [Int] {
        let rows = try await client.execute(
            """
            SELECT (SELECT count(*) FROM bookings), (SELECT count(*) FROM claims),
                   (SELECT coalesce(sum(claimed), 0) FROM unit_totals), (SELECT count(*) FROM outbox),
                   (SELECT sum(seq)::bigint FROM shards)
            """)
        return try (0..<5).map { try rows[0].decode($0) }
    }
}

/// Runs `body` with a ledger in a database of its own.
func withPostgres(_ body: (PostgresStore) async throws -> Void) async throws {
    try await LocalStack.withDatabase { url in
        let store = try PostgresStore(url: url)
        try await running(store.client) {
            _ = try await PostgresMigrator(migrations: BookingMigrations.all + PostgresAuditLog.migrations)
                .migrate(store.client, logger: silentLogger)
            try await body(store)
        }
    }
}

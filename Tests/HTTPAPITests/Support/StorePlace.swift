import Audit
import BookingStores
import Catalog
import LocalStack
import PostgresDriver

/// Where a node's stores are.
enum StorePlace: CaseIterable {
    case memory, postgres

    /// Runs `body` with empty stores; holds are in memory all the same.
    func withStores(_ body: (TestStores) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(TestStores())
        case .postgres:
            try await LocalStack.withDatabase { url in
                let client = PostgresClient(configuration: try PostgresConfiguration(url: url), logger: .silent)
                try await withServices([client]) { _ in
                    let migrator = PostgresMigrator(
                        migrations: BookingMigrations.all + Catalog.migrations + PostgresAuditLog.migrations)
                    _ = try await migrator.migrate(client, logger: .silent)
                    try await body(TestStores(client))
                }
            }
        }
    }
}

extension TestStores {
    fileprivate init(_ client: PostgresClient) {
        self.init(idempotencyStore: PostgresIdempotencyStore(client: client))
        let outbox = PostgresOutbox(client: client, clock: clock)
        ledger = PostgresLedger(client: client, outbox: outbox, clock: clock, logger: .silent)
        catalog = Catalog(postgres: client)
        audit = PostgresAuditLog(client: client)
    }
}

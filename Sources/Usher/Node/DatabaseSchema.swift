import Accounts
import Audit
import BookingStores
import Catalog
import Logging
import Notifications
import PostgresDriver

/// The tables of all rooms in one database.
enum DatabaseSchema {
    static var migrations: [PostgresMigration] {
        Accounts.migrations + Catalog.migrations + BookingMigrations.all + NotificationMigrations.all
            + PostgresAuditLog.migrations
    }

    static func migrate(_ client: PostgresClient, logger: Logger) async throws {
        let applied = try await PostgresMigrator(migrations: migrations).migrate(client, logger: logger)
        logger.info("The database is up to date", metadata: ["applied": "\(applied)"])
    }
}

import Accounts
import BookingStores
import Catalog
import Logging
import Notifications
import PostgresDriver

/// The tables of all rooms in one database.
enum DatabaseSchema {
    static func migrate(_ client: PostgresClient, logger: Logger) async throws {
        let migrator = PostgresMigrator(
            migrations: Accounts.migrations + Catalog.migrations + BookingMigrations.all + NotificationMigrations.all)
        let applied = try await migrator.migrate(client, logger: logger)
        logger.info("The database is up to date", metadata: ["applied": "\(applied)"])
    }
}

public import Logging

/// Brings a database's schema up to date.
///
/// Applied migrations are recorded in the table `schema_migrations`. Several migrators may run at once: an advisory
/// lock lets them apply one migration after the other, and each only once.
public struct PostgresMigrator: Sendable {
    private let migrations: [PostgresMigration]

    /// Makes a migrator for `migrations`, in whatever order.
    public init(migrations: [PostgresMigration]) {
        self.migrations = migrations.sorted { $0.number < $1.number }
    }

    /// Applies what has not been applied, in the order of the numbers, each migration in a transaction of its own.
    ///
    /// Each may take as long as the client's `statementTimeout` allows, including the wait for another migrator.
    ///
    /// - Returns: The numbers of the migrations that were applied now, by this call.
    /// - Throws: ``PostgresError`` when a migration fails or has been applied under another name (those before it stay
    ///   applied), and `.configuration` before anything is done when two migrations have the same number.
    public func migrate(_ client: PostgresClient, logger: Logger) async throws -> [Int] {
        try checkNumbers()
        var applied: [Int] = []
        for migration in migrations where try await apply(migration, client) {
            logger.info(
                "Migrated the database",
                metadata: [LogKey.migration: "\(migration.number)", LogKey.name: "\(migration.name)"])
            applied.append(migration.number)
        }
        return applied
    }

    private func checkNumbers() throws {
        for (migration, next) in zip(migrations, migrations.dropFirst()) where migration.number == next.number {
            throw PostgresError(
                .configuration,
                "the migrations \"\(migration.name)\" and \"\(next.name)\" have the same number, \(migration.number)")
        }
    }

    private func apply(_ migration: PostgresMigration, _ client: PostgresClient) async throws -> Bool {
        do {
            return try await client.transaction([migration.statement, migration.isAppliedHere])[1].count == 1
        } catch {
            var failure = error
            failure.message = "migration \(migration.number) (\(migration.name)): \(error.message)"
            failure.statementIndex = nil
            throw failure
        }
    }
}

public import Logging

/// Brings a database's schema up to date.
public struct PostgresMigrator: Sendable {
    private let migrations: [PostgresMigration]

    /// Makes a migrator for `migrations`, whose numbers must be unique.
    public init(migrations: [PostgresMigration]) {
        self.migrations = migrations
    }

    /// Applies what has not been applied, in the order of the numbers.
    public func migrate(_ client: PostgresClient, logger: Logger) async throws -> [Int] { [] }
}

public import Logging
public import ServiceLifecycle

/// A pool of connections to one PostgreSQL database.
public final class PostgresClient: Service, Sendable {
    private let configuration: PostgresConfiguration

    /// Makes a client; it connects once ``run()`` is called.
    public init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
    }

    /// Keeps the connections until the graceful shutdown.
    public func run() async throws {}

    /// Runs one statement in its own transaction.
    @discardableResult
    public func execute(_ statement: PostgresStatement) async throws(PostgresError) -> PostgresRows {
        throw PostgresError(.closed, "not there yet")
    }

    /// Runs all statements in one transaction.
    @discardableResult
    public func transaction(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows] {
        throw PostgresError(.closed, "not there yet")
    }

    /// Whether at least one connection is ready.
    public var isConnected: Bool { get async { false } }

    /// Asks the server for a sign of life.
    public func ping() async throws(PostgresError) {
        try await execute("SELECT 1")
    }
}

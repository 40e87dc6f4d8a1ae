internal import Executors
public import Logging
public import ServiceLifecycle

/// A pool of connections to one PostgreSQL database.
///
/// Statements of all callers are pipelined: they are sent as they come and answered in order, so a connection carries
/// many at a time. Each ``execute(_:)`` and each ``transaction(_:)`` is a transaction of its own; what changes the
/// state of the session (`BEGIN`, `SET`, `LISTEN`, temporary tables) has no place here. A statement holds up those
/// behind it on the same connection, so long ones deserve a client of their own.
///
/// Statements can be given to the client before ``run()`` and while it connects again; they wait for a connection, for
/// the configuration's `connectTimeout` at most. When `run()` has ended, every call throws `.closed`.
public final class PostgresClient: Service, Sendable {
    private let configuration: PostgresConfiguration
    private let logger: Logger
    private let executors: [EpollExecutor]
    private let pool: PostgresPool
    private let metrics = RequestMetrics()

    /// Makes a client. It connects in ``run()``.
    public init(configuration: PostgresConfiguration, logger: Logger) {
        precondition(configuration.connections > 0, "a client needs at least one connection")
        self.configuration = configuration
        self.logger = logger
        executors = (0..<configuration.connections).map { EpollExecutor(name: "postgres-\($0)") }
        pool = PostgresPool(configuration: configuration)
    }

    deinit {
        for executor in executors { executor.shutdown() }
    }

    /// Keeps the connections, and makes them again when they are lost, until the graceful shutdown or the cancellation
    /// of the task. Call it once.
    ///
    /// At the shutdown, statements that were sent are given the configuration's `shutdownTimeout` to finish, and the
    /// others fail with `.closed`; at a cancellation all of them fail.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                for slot in executors.indices {
                    group.addTask { await self.keepConnected(slot) }
                }
            }
        } onGracefulShutdown: {
            self.pool.close()
        }
        pool.close()
        for executor in executors { executor.shutdown() }
    }

    /// Runs one statement in its own transaction. Its failure harms no other statement.
    ///
    /// - Throws: ``PostgresError``; see its codes. A cancelled task gets `.cancelled` at once, although the statement
    ///   may still take effect when it was sent (`outcomeIsUnknown`).
    @discardableResult
    public func execute(_ statement: PostgresStatement) async throws(PostgresError) -> PostgresRows {
        let rows = try await perform([EncodedStatement(statement)])
        return rows[0]
    }

    /// Runs all statements in one transaction, all or none, with one round trip.
    ///
    /// - Returns: The rows of each statement.
    /// - Throws: ``PostgresError`` of the first statement that failed, whose `statementIndex` tells which it was;
    ///   otherwise as ``execute(_:)``.
    @discardableResult
    public func transaction(_ statements: [PostgresStatement]) async throws(PostgresError) -> [PostgresRows] {
        guard !statements.isEmpty else { return [] }
        var encoded: [EncodedStatement] = []
        encoded.reserveCapacity(statements.count)
        for statement in statements { try encoded.append(EncodedStatement(statement)) }
        return try await perform(encoded)
    }

    /// Whether at least one connection is ready.
    public var isConnected: Bool {
        get async { pool.isConnected }
    }

    /// Asks the server for a sign of life.
    ///
    /// - Throws: ``PostgresError``, as ``execute(_:)``.
    public func ping() async throws(PostgresError) {
        try await execute("SELECT 1")
    }

    private func perform(_ statements: [EncodedStatement]) async throws(PostgresError) -> [PostgresRows] {
        try await metrics.measure { () async throws(PostgresError) in
            try await PostgresRequest(statements).answer { pool.submit($0) }.get()
        }
    }

    private func keepConnected(_ slot: Int) async {
        var backoff = ExponentialBackoff()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let end = await connect(slot)
            guard end.error.code != .closed else { return }
            if end.wasReady { backoff.reset() }
            let delay = backoff.next(using: &generator)
            logger.warning(
                "No connection to PostgreSQL",
                metadata: [LogKey.slot: "\(slot)", LogKey.reason: "\(end.error)", LogKey.delay: "\(delay)"])
            // Ends early, with an error that the loop's condition tells as well, when the client is to stop.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        }
    }

    /// Makes one connection and serves it until its end.
    private func connect(_ slot: Int) async -> PostgresConnection.End {
        let connection = PostgresConnection(
            slot: slot, pool: pool, configuration: configuration, executor: executors[slot], logger: logger)
        return await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await connection.run()
            } onGracefulShutdown: {
                connection.finish()
            }
        } onCancel: {
            connection.abort()
        }
    }
}

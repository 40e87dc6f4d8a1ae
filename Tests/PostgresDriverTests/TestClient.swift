import LocalStack
import Logging
import PostgresDriver
import Testing

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func makeClient(
    _ url: String = LocalStack.postgresURL, _ configure: (inout PostgresConfiguration) -> Void = { _ in }
) throws -> PostgresClient {
    var configuration = try PostgresConfiguration(url: url)
    configuration.connections = 2
    // Tests that begin servers and databases keep the machine busy.
    configuration.connectTimeout = .seconds(30)
    configure(&configuration)
    return PostgresClient(configuration: configuration, logger: silentLogger)
}

/// Runs a client as long as `body` takes.
func withClient<Value: Sendable>(
    _ url: String = LocalStack.postgresURL, configuring configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresClient) async throws -> Value
) async throws -> Value {
    let client = try makeClient(url, configure)
    return try await withThrowingTaskGroup { group in
        group.addTask { try await client.run() }
        let value = try await body(client)
        group.cancelAll()
        return value
    }
}

/// The error that `body` throws; the test fails when it throws none.
func failure<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
) async throws -> PostgresError {
    do {
        _ = try await body()
    } catch let error as PostgresError {
        return error
    }
    throw NothingFailed()
}

private struct NothingFailed: Error {}

/// The error of a caller who gives up after at least one attempt to connect.
func connectionFailure(_ client: PostgresClient) async throws -> PostgresError {
    while true {
        let error = try await failure { try await client.ping() }
        if error.cause != nil { return error }
    }
}

/// A lock in the database that holds statements up until it is opened: `gate.pass` waits for it.
struct Gate {
    private let holder: PostgresClient
    private let key = Int64.random(in: 0...Int64(Int32.max))

    /// Closes a gate. The one connection of `holder` keeps the lock.
    init(holder: PostgresClient) async throws {
        self.holder = holder
        try await holder.execute(PostgresStatement("SELECT pg_advisory_lock($1)", [.int64(key)]))
    }

    /// A statement that ends when the gate is open; it lets others through at once.
    var pass: PostgresStatement {
        PostgresStatement("SELECT pg_advisory_xact_lock_shared($1)", [.int64(key)])
    }

    /// A statement that waits for the gate and stays after it. A server that stops may end the gate's own connection
    /// first, which opens the gate.
    var passAndStay: PostgresStatement {
        PostgresStatement("SELECT pg_advisory_xact_lock_shared($1), pg_sleep(60)", [.int64(key)])
    }

    /// Returns when a statement stands before the gate.
    func waitForWaiter() async throws {
        let waiters = PostgresStatement(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1::bigint::oid AND NOT granted",
            [.int64(key)])
        while try await holder.execute(waiters).isEmpty {}
    }

    func open() async throws {
        try await holder.execute(PostgresStatement("SELECT pg_advisory_unlock($1)", [.int64(key)]))
    }
}

/// Runs `body` with a closed gate.
func withGate<Value: Sendable>(
    _ url: String = LocalStack.postgresURL, _ body: (Gate) async throws -> Value
) async throws -> Value {
    try await withClient(url, configuring: { $0.connections = 1 }) { holder in
        try await body(Gate(holder: holder))
    }
}

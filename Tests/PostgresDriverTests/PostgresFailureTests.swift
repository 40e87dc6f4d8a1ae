import Foundation
import LocalStack
import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresCancellationTests {
    @Test func `a cancelled caller is free at once and his neighbours do not notice`() async throws {
        try await withGate { gate in
            try await withClient(configuring: { $0.connections = 1 }) { client in
                let cancelled = Task { try await failure { try await client.execute(gate.pass) } }
                try await gate.waitForWaiter()
                async let neighbour = client.execute("SELECT 42")
                cancelled.cancel()
                let error = try await cancelled.value
                #expect(error.code == .cancelled)
                #expect(error.outcomeIsUnknown)
                try await gate.open()
                #expect(try await neighbour[0].decode(0) == 42)
            }
        }
    }

    @Test func `a caller who is cancelled before he calls sends nothing`() async throws {
        try await withClient { client in
            let error = try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await failure { try await client.execute("SELECT 1") }
            }.value
            #expect(error.code == .cancelled)
            #expect(!error.outcomeIsUnknown)
        }
    }

    @Test func `a caller who is cancelled while there is no connection has sent nothing`() async throws {
        let client = try makeClient()
        let task = Task { try await failure { try await client.execute("SELECT 1") } }
        task.cancel()
        let error = try await task.value
        #expect(error.code == .cancelled)
        #expect(!error.outcomeIsUnknown)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct PostgresLimitTests {
    @Test func `more statements than the bound are refused at once, and there is room again afterwards`() async throws {
        try await withGate { gate in
            try await withClient(configuring: { $0.queuedStatements = 2 }) { client in
                async let both = client.transaction([gate.pass, "SELECT 1"])
                try await gate.waitForWaiter()
                let error = try await failure { try await client.execute("SELECT 1") }
                #expect(error.code == .queueFull)
                #expect(!error.outcomeIsUnknown)
                try await gate.open()
                #expect(try await both.count == 2)
                try await client.ping()
            }
        }
    }

    @Test func `a statement that takes too long is stopped by the server, and its connection lives on`() async throws {
        try await withGate { gate in
            try await withClient(configuring: {
                $0.connections = 1
                $0.statementTimeout = .milliseconds(100)
            }) { client in
                let backend = try await client.execute("SELECT pg_backend_pid()")[0].decode(0, as: Int.self)
                let error = try await failure { try await client.execute(gate.pass) }
                #expect(error.code == .timeout)
                #expect(error.sqlState == "57014")
                #expect(!error.outcomeIsUnknown)
                #expect(try await client.execute("SELECT pg_backend_pid()")[0].decode(0) == backend)
            }
        }
    }

    @Test func `without a server a statement waits for as long as connecting may take, then says why`() async throws {
        let url = "postgresql://usher:secret@127.0.0.1:1/usher"
        try await withClient(url, configuring: { $0.connectTimeout = .milliseconds(200) }) { client in
            let start = ContinuousClock.now
            let error = try await connectionFailure(client)
            #expect(ContinuousClock.now - start >= .milliseconds(200))
            #expect(error.code == .connection)
            #expect("\(error)".contains("Connection refused"))
            #expect(!"\(error)".contains("secret"))
            #expect(!error.outcomeIsUnknown)
            #expect(await !client.isConnected)
        }
    }

    @Test func `a client that was never run fails its callers as well`() async throws {
        let client = try makeClient { $0.connectTimeout = .milliseconds(50) }
        #expect(try await failure { try await client.ping() }.code == .connection)
    }

    @Test func `a server that accepts and says nothing is given up in time`() async throws {
        let listener = try SilentListener()
        let url = "postgresql://usher@127.0.0.1:\(listener.port)/usher?sslmode=disable&gssencmode=disable"
        try await withClient(url, configuring: { $0.connectTimeout = .milliseconds(100) }) { client in
            let error = try await connectionFailure(client)
            #expect("\(error)".contains("did not answer"))
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct PostgresReconnectTests {
    @Test func `when the server crashes, callers are told what is unknown, and later calls work`() async throws {
        try await OwnPostgres.withServer { server in
            try await withClient(server.url(), configuring: { $0.connections = 1 }) { client in
                try await withGate(server.url()) { gate in
                    async let inFlight = failure { try await client.execute(gate.pass) }
                    try await gate.waitForWaiter()
                    try await server.kill()
                    let error = try await inFlight
                    #expect(error.code == .connection)
                    #expect(error.outcomeIsUnknown)
                }
                try await server.start()
                try await client.ping()
            }
        }
    }

    @Test func `when the server is stopped in order, its reason is kept`() async throws {
        try await OwnPostgres.withServer { server in
            try await withClient(server.url(), configuring: { $0.connections = 1 }) { client in
                try await withGate(server.url()) { gate in
                    async let inFlight = failure { try await client.execute(gate.passAndStay) }
                    try await gate.waitForWaiter()
                    try await server.stop()
                    let error = try await inFlight
                    #expect(error.code == .connection)
                    #expect((error.cause as? PostgresError)?.sqlState == "57P01")
                }
                try await server.start()
                try await client.ping()
            }
        }
    }

    @Test func `no acknowledged insert is lost when connections are cut all the time`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url, configuring: { $0.connections = 3 }) { client in
                try await client.execute("CREATE TABLE numbers (number bigint PRIMARY KEY)")
                let acknowledged = try await insertWhileCutting(client, url: url)
                let stored = try await client.execute("SELECT number FROM numbers")
                let numbers = try Set(stored.map { try $0.decode(0, as: Int64.self) })
                #expect(numbers.isSuperset(of: acknowledged))
                #expect(!acknowledged.isEmpty)
            }
        }
    }

    /// The numbers whose insertion was acknowledged.
    private func insertWhileCutting(_ client: PostgresClient, url: String) async throws -> Set<Int64> {
        try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in Int64(0)..<2000 {
                group.addTask { try await insert(number, client) ? number : nil }
            }
            try await withClient(url, configuring: { $0.connections = 1 }) { cutter in
                for _ in 0..<10 {
                    try await cutter.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """)
                    _ = try? await client.ping()
                }
            }
            return try await group.reduce(into: []) { numbers, number in
                if let number { numbers.insert(number) }
            }
        }
    }

    /// Tries again as long as a failure claims to have had no effect. A false claim ends in a unique violation.
    private func insert(_ number: Int64, _ client: PostgresClient) async throws -> Bool {
        let insert = PostgresStatement("INSERT INTO numbers VALUES ($1)", [.int64(number)])
        while true {
            do {
                return try await client.execute(insert).affectedRows == 1
            } catch {
                if error.outcomeIsUnknown { return false }
                guard error.code == .connection else { throw error }
            }
        }
    }

    @Test func `a server that freezes is given up, and callers are told that the outcome is unknown`() async throws {
        try await OwnPostgres.withServer { server in
            try await withClient(
                server.url(),
                configuring: {
                    $0.connections = 1
                    $0.connectTimeout = .seconds(2)
                    $0.statementTimeout = .milliseconds(100)
                }
            ) { client in
                let backend = try await client.execute("SELECT pg_backend_pid()")[0].decode(0, as: Int32.self)
                kill(backend, SIGSTOP)
                defer { kill(backend, SIGCONT) }
                let error = try await failure { try await client.ping() }
                #expect(error.code == .timeout)
                #expect(error.outcomeIsUnknown)
                try await client.ping()
            }
        }
    }
}

/// A port that takes connections in and never says a word.
private final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        let (descriptor, port) = try boundSocket()
        self.descriptor = descriptor
        self.port = port
        #expect(listen(descriptor, 16) == 0)
    }

    deinit {
        close(descriptor)
    }
}

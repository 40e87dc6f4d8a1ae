import LocalStack
import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresClientTests {
    @Test func `a server that can be reached answers a ping`() async throws {
        try await withClient { client in
            try await client.ping()
            #expect(await client.isConnected)
        }
    }

    @Test func `each of many callers on one connection gets the answer to his own statement`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            try await withThrowingTaskGroup { group in
                for number in 0..<1000 {
                    group.addTask {
                        let rows = try await client.execute(
                            PostgresStatement("SELECT $1::bigint * 2", [.int64(Int64(number))]))
                        #expect(try rows[0].decode(0) == number * 2)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a failing statement harms none of those around it`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            try await withThrowingTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        let statement = PostgresStatement("SELECT 6 / $1::integer", [.int32(Int32(number % 3))])
                        guard number % 3 == 0 else {
                            let rows = try await client.execute(statement)
                            return #expect(try rows[0].decode(0) == 6 / (number % 3))
                        }
                        let error = try await failure { try await client.execute(statement) }
                        #expect(error.code == .server)
                        #expect(error.sqlState == "22012")
                        #expect(!error.outcomeIsUnknown)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a statement that cannot be parsed fails for each caller with the server's reason`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask {
                        let error = try await failure { try await client.execute("SELECT no_such_column") }
                        #expect(error.sqlState == "42703")
                    }
                }
                try await group.waitForAll()
            }
            try await client.ping()
        }
    }

    @Test func `a unique violation names its constraint and hides the values`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                try await client.execute("CREATE TABLE seats (name text CONSTRAINT one_seat PRIMARY KEY)")
                let insert = PostgresStatement("INSERT INTO seats VALUES ($1)", [.text("A-1")])
                #expect(try await client.execute(insert).affectedRows == 1)
                let error = try await failure { try await client.execute(insert) }
                #expect(error.isUniqueViolation)
                #expect(error.constraint == "one_seat")
                #expect(error.detail?.contains("A-1") == true)
                #expect(!"\(error)".contains("A-1"))
            }
        }
    }

    @Test func `ten thousand concurrent inserts all arrive`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url, configuring: { $0.queuedStatements = 10_000 }) { client in
                try await client.execute("CREATE TABLE numbers (number bigint PRIMARY KEY)")
                try await withThrowingTaskGroup { group in
                    for number in Int64(0)..<10_000 {
                        group.addTask {
                            try await client.execute(
                                PostgresStatement("INSERT INTO numbers VALUES ($1)", [.int64(number)]))
                        }
                    }
                    try await group.waitForAll()
                }
                let rows = try await client.execute("SELECT count(*), sum(number)::bigint FROM numbers")
                #expect(try rows[0].decode(0) == 10_000)
                #expect(try rows[0].decode(1) == 49_995_000)
            }
        }
    }

    @Test func `large values in both directions do not block one another`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            try await withThrowingTaskGroup { group in
                for byte in UInt8(0)..<8 {
                    group.addTask {
                        let bytes = [UInt8](repeating: byte, count: 4_000_000)
                        let rows = try await client.execute(PostgresStatement("SELECT $1", [.bytes(bytes)]))
                        #expect(try rows[0].decode(0) == bytes)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a prepared statement survives a change of its table after one failure at most`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url, configuring: { $0.connections = 1 }) { client in
                try await client.execute("CREATE TABLE things (a integer)")
                try await client.execute("INSERT INTO things VALUES (1)")
                #expect(try await client.execute("SELECT * FROM things")[0].columnCount == 1)
                try await client.execute("ALTER TABLE things ADD b integer")
                let error = try await failure {
                    try await client.execute("SELECT * FROM things")
                }
                #expect(error.sqlState == "0A000")
                #expect(try await client.execute("SELECT * FROM things")[0].columnCount == 2)
            }
        }
    }

    @Test func `the server keeps a bounded number of prepared statements`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            for number in 0..<600 {
                let rows = try await client.execute(PostgresStatement("SELECT \(number)"))
                #expect(try rows[0].decode(0) == number)
            }
            let prepared = try await client.execute("SELECT count(*) FROM pg_prepared_statements")[0].decode(
                0, as: Int.self)
            #expect((200...256).contains(prepared))
        }
    }

    @Test func `one text with parameters of different types is several statements`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            let sql = "SELECT pg_typeof($1)::text"
            for (value, type) in [(PostgresValue.int32(1), "integer"), (.int64(1), "bigint"), (.text(""), "text")] {
                for _ in 0..<2 {
                    let rows = try await client.execute(PostgresStatement(sql, [value]))
                    #expect(try rows[0].decode(0) == type)
                }
            }
        }
    }

    @Test func `what cannot be sent unharmed is refused`() async throws {
        try await withClient { client in
            let tooMany = PostgresStatement("SELECT 1", Array(repeating: .int32(1), count: 65_536))
            for statement in [tooMany, PostgresStatement("SELECT 1\0; nonsense")] {
                let error = try await failure { try await client.execute(statement) }
                #expect(error.code == .invalidStatement)
            }
            try await client.ping()
        }
    }

    @Test func `a statement that leaves a transaction open costs its connection, so that nobody joins in`() async throws
    {
        try await LocalStack.withDatabase { url in
            try await withClient(url, configuring: { $0.connections = 1 }) { client in
                try await client.execute("CREATE TABLE things (a integer)")
                async let begin = failure { try await client.execute("BEGIN") }
                let insertions = await withTaskGroup(of: Int.self) { group in
                    for _ in 0..<100 {
                        group.addTask {
                            (try? await client.execute("INSERT INTO things VALUES (1)"))?.affectedRows ?? 0
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(try await begin.message.contains("BEGIN"))
                #expect(try await client.execute("SELECT * FROM things").count == insertions)
            }
        }
    }

    @Test func `COPY is refused and harms no later statement`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            await #expect(throws: PostgresError.self) { try await client.execute("COPY (SELECT 1) TO STDOUT") }
            await #expect(throws: PostgresError.self) { try await client.execute("COPY pg_class FROM STDIN") }
            try await client.ping()
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct PostgresTransactionTests {
    @Test func `all statements of a transaction take effect, and each gives its rows`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                try await client.execute("CREATE TABLE things (a integer)")
                let rows = try await client.transaction([
                    "INSERT INTO things VALUES (1), (2)",
                    "UPDATE things SET a = a * 10 RETURNING a",
                    "SELECT count(*) FROM things",
                ])
                #expect(rows.map(\.affectedRows) == [2, 2, 1])
                #expect(try rows[1].map { try $0.decode(0, as: Int.self) } == [10, 20])
                #expect(try rows[2][0].decode(0) == 2)
            }
        }
    }

    @Test func `a transaction whose middle statement fails leaves nothing behind`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                try await client.execute("CREATE TABLE things (a integer PRIMARY KEY)")
                let error = try await failure {
                    try await client.transaction([
                        "INSERT INTO things VALUES (1)", "INSERT INTO things VALUES (1)",
                        "INSERT INTO things VALUES (2)",
                    ])
                }
                #expect(error.isUniqueViolation)
                #expect(error.statementIndex == 1)
                #expect(try await client.execute("SELECT * FROM things").isEmpty)
            }
        }
    }

    @Test func `a transaction that fails at its commit says so and leaves nothing behind`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url, configuring: { $0.connections = 1 }) { client in
                try await client.execute("CREATE TABLE things (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
                async let neighbour = client.execute("SELECT 42")
                let error = try await failure {
                    try await client.transaction(["INSERT INTO things VALUES (1)", "INSERT INTO things VALUES (1)"])
                }
                #expect(error.isUniqueViolation)
                #expect(error.statementIndex == nil)
                #expect(try await neighbour[0].decode(0) == 42)
                #expect(try await client.execute("SELECT * FROM things").isEmpty)
            }
        }
    }

    @Test func `a transaction without statements does nothing`() async throws {
        try await withClient { client in
            let rows = try await client.transaction([])
            #expect(rows.isEmpty)
        }
    }

    @Test func `a prepare that is skipped in a failed transaction is made up for`() async throws {
        try await withClient(configuring: { $0.connections = 1 }) { client in
            await #expect(throws: PostgresError.self) {
                try await client.transaction(["SELECT 1 / 0", "SELECT 'later'"])
            }
            for _ in 0..<2 {
                let rows = try await client.execute("SELECT 'later'")
                #expect(try rows[0].decode(0) == "later")
            }
        }
    }
}

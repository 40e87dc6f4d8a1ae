import LocalStack
import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresMigratorTests {
    private let migrations = [
        PostgresMigration(
            number: 2, name: "add seats",
            sql: """
                ALTER TABLE events ADD seats integer NOT NULL DEFAULT 0;
                INSERT INTO events (name, seats) VALUES ('it''s $usher$ time', 3);
                """),
        PostgresMigration(
            number: 1, name: "create events",
            sql: """
                -- The body of a function has quotes of its own.
                CREATE TABLE events (id bigserial PRIMARY KEY, name text NOT NULL);
                CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN n * 2; END $$;
                """),
    ]

    private func migrate(_ migrations: [PostgresMigration], _ client: PostgresClient) async throws -> [Int] {
        try await PostgresMigrator(migrations: migrations).migrate(client, logger: silentLogger)
    }

    @Test func `migrations are applied in the order of their numbers, and only once`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                #expect(try await migrate(migrations, client) == [1, 2])
                #expect(try await migrate(migrations, client) == [])
                let row = try await client.execute("SELECT name, twice(seats) FROM events")[0]
                #expect(try row.decode(0) == "it's $usher$ time")
                #expect(try row.decode(1) == 6)
            }
        }
    }

    @Test func `a new migration is applied on top of the old ones`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                let first = try await migrate([migrations[1]], client)
                let second = try await migrate(migrations, client)
                #expect(first == [1])
                #expect(second == [2])
            }
        }
    }

    @Test func `a migration that fails leaves nothing of itself and keeps those before it`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                let broken = PostgresMigration(
                    number: 3, name: "break", sql: "CREATE TABLE half (a integer); SELECT 1 / 0")
                let error = try await failure { try await migrate(migrations + [broken], client) }
                #expect(error.sqlState == "22012")
                #expect(error.message.contains("migration 3 (break)"))
                let half = try await client.execute("SELECT to_regclass('half')::text")[0].decode(0, as: String?.self)
                #expect(half == nil)
                #expect(try await client.execute("SELECT number FROM schema_migrations").count == 2)
            }
        }
    }

    @Test func `a number that was applied under another name stops the migrator`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url) { client in
                _ = try await migrate(migrations, client)
                let renamed = PostgresMigration(number: 2, name: "it's another", sql: "SELECT 1")
                let error = try await failure { try await migrate([renamed], client) }
                #expect(error.message.contains(#"has been applied under the name "add seats""#))
            }
        }
    }

    @Test func `two migrations with one number are refused before anything is done`() async throws {
        let client = try makeClient()
        let twins = [
            PostgresMigration(number: 7, name: "one", sql: ""), PostgresMigration(number: 7, name: "other", sql: ""),
        ]
        let error = try await failure { try await migrate(twins, client) }
        #expect(error.code == .configuration)
        #expect(error.message.contains("7"))
    }

    @Test func `of several migrators at once, each migration is applied by exactly one`() async throws {
        try await LocalStack.withDatabase { url in
            try await withClient(url, configuring: { $0.connections = 4 }) { client in
                let applied = try await withThrowingTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask { try await migrate(migrations, client) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(applied.sorted() == [1, 2])
            }
        }
    }
}

import Logging
import PostgresDriver

/// PostgreSQL: whether it can be reached, keeps what it has acknowledged, and has the tables.
struct DatabaseCheck {
    /// MERGE, which the ledger uses, came with PostgreSQL 15.
    private static let oldestVersion = 150_000

    let configuration: UsherConfiguration
    let logger: Logger

    func diagnoses() async -> [Diagnosis] {
        let url = configuration.database.url
        do {
            var postgres = try PostgresConfiguration(url: url.text)
            postgres.connections = 1
            let client = PostgresClient(configuration: postgres, logger: logger)
            return try await withThrowingTaskGroup { group in
                group.addTask { try await client.run() }
                defer { group.cancelAll() }
                return [
                    try await version(client), try await durability(client), try await migrations(client),
                    try await clock(client),
                ]
            }
        } catch {
            let reason = ((error as? PostgresError)?.cause ?? error) as? PostgresError
            return [
                .failed(
                    "postgresql", "\(url) cannot be used: \(reason?.message ?? "\(error)")",
                    "Check that it runs, and \(ConfigurationKey.databaseURL.variable).")
            ]
        }
    }

    private func version(_ client: PostgresClient) async throws -> Diagnosis {
        let rows = try await client.execute(
            "SELECT current_setting('server_version'), current_setting('server_version_num')::integer")
        let (name, number): (String, Int) = (try rows[0].decode(0), try rows[0].decode(1))
        let found = "PostgreSQL \(name) at \(configuration.database.url)"
        guard number >= Self.oldestVersion else { return .failed("postgresql", found, "Use PostgreSQL 15 or later.") }
        return .ok("postgresql", found)
    }

    private func durability(_ client: PostgresClient) async throws -> Diagnosis {
        let check = "postgresql durability"
        let rows = try await client.execute(
            """
            SELECT name, setting FROM pg_settings
            WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off' ORDER BY name
            """)
        let off: [String] = try rows.map { try $0.decode(0) }
        guard off.isEmpty else {
            return .failed(
                check, "off: \(off.joined(separator: ", "))",
                "A crash would take back what customers were told: set each to on.")
        }
        return .ok(check, "what is acknowledged is on the disk")
    }

    private func migrations(_ client: PostgresClient) async throws -> Diagnosis {
        let check = "postgresql tables"
        let known = Set(DatabaseSchema.migrations.map(\.number))
        let exists: Bool = try await client.execute("SELECT to_regclass('schema_migrations') IS NOT NULL")[0].decode(0)
        let applied =
            exists
            ? Set(
                try await client.execute("SELECT number FROM schema_migrations").map { try $0.decode(0, as: Int.self) })
            : []
        if let newest = applied.subtracting(known).max() {
            return .failed(
                check, "made by a later Usher: migration \(newest)", "Use that version, or a database of its own.")
        }
        let missing = known.subtracting(applied).count
        guard missing == 0 else {
            return .warning(
                check, "\(missing) migrations to be made", "`usher migrate` makes them, and so does `usher serve`.")
        }
        return .ok(check, "up to date")
    }

    private func clock(_ client: PostgresClient) async throws -> Diagnosis {
        try await ClockCheck.diagnosis(of: "postgresql") {
            let row = try await client.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")[0]
            return Double(try row.decode(0, as: Int64.self)) / 1_000
        }
    }
}

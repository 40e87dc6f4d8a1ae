import Logging
import PostgresDriver
import Testing

/// Looks into a server's database behind its back.
struct TestDatabase {
    let url: String

    /// The only value of a query's only row.
    func number(_ sql: String) async throws -> Int64 {
        var configuration = try PostgresConfiguration(url: url)
        configuration.connections = 1
        let client = PostgresClient(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await client.run() }
        defer { running.cancel() }
        return try #require(await client.execute(PostgresStatement(sql)).first).decode(0)
    }
}

import Foundation

/// The real servers that the tests use, started by `make test` and named by its environment.
public enum LocalStack {
    /// A PostgreSQL URL whose user may create databases.
    public static var postgresURL: String { required("STACK_POSTGRES_URL") }

    /// A Redis URL, `redis://host:port/0`.
    public static var redisURL: String { required("STACK_REDIS_URL") }

    /// Kafka's bootstrap servers, `host:port`.
    public static var kafkaBrokers: String { required("STACK_KAFKA_BROKERS") }

    /// Runs `body` with the URL of a new, empty database, and drops it afterwards.
    public static func withDatabase<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ url: String) async throws -> Result
    ) async throws -> Result {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await psql("CREATE DATABASE \(name)")
        do {
            let result = try await body(databaseURL(name))
            await drop(name)
            return result
        } catch {
            await drop(name)
            throw error
        }
    }

    /// PostgreSQL may refuse it while it tidies up in there itself. The whole stack is thrown away in the end.
    private static func drop(_ name: String) async {
        try? await psql("DROP DATABASE \(name) WITH (FORCE)")
    }

    private static func databaseURL(_ name: String) -> String {
        var url = URLComponents(string: postgresURL) ?? URLComponents()
        url.path = "/" + name
        return url.string ?? postgresURL
    }

    private static func psql(_ command: String) async throws {
        // A test that has run out of time still has its database dropped.
        _ = try await Task {
            try await Command.run(
                ["psql", "--quiet", "--no-psqlrc", "--dbname", postgresURL, "--command", command])
        }.value
    }

    private static func required(_ name: String) -> String {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            preconditionFailure("\(name) is not set: run the tests with `make test`, which starts the servers")
        }
        return value
    }
}

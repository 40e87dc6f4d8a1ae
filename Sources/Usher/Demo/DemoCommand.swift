import ArgumentParser
import AsyncHTTPClient
import Foundation
import Logging
import PostgresDriver

/// `usher demo`: sells a full house to a crowd, and checks that every promise was kept.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Let a crowd of customers book one event of a running server.",
        discussion: """
            Needs the server's settings: its database, the secret of its tokens and its mail folder. Exits with 0 when all \
            promises were kept, with 1 when one was broken, and with 2 when the demo could not run.
            """)

    @Option(help: "The server; by default the one of http.host and http.port.")
    var url: String?

    @Option(help: "How many customers come.")
    var customers = 3_000

    @Option(help: "The seconds within which they come.")
    var arrivalSeconds = 8.0

    @Option(help: "Repeats the crowd of an earlier run.")
    var seed: UInt64?

    @Option(help: "A file to create once 30 % of the customers have come.")
    var marker: String?

    @Option(help: "The configuration file.")
    var config: String?

    func validate() throws {
        guard (1...100_000).contains(customers) else { throw ValidationError("--customers must be 1 to 100000") }
        guard (0...3_600).contains(arrivalSeconds) else { throw ValidationError("--arrival-seconds must be 0 to 3600") }
    }

    func run() async throws {
        let report: DemoReport
        do {
            report = try await play(UsherConfiguration.load(file: config))
        } catch {
            FileHandle.standardError.write(Data("usher demo: \(error)\n".utf8))
            throw ExitCode(2)
        }
        print(report.text(width: ProgressBar.width(of: STDOUT_FILENO) ?? .max))
        guard report.isGood else { throw ExitCode(1) }
    }

    private func play(_ configuration: UsherConfiguration) async throws -> DemoReport {
        let seed = seed ?? UInt64.random(in: 0...9_999)
        print("\(customers) customers come within \(arrivalSeconds) seconds (--seed \(seed))")
        let database = try Self.database(of: configuration)
        let http = HTTPClient(configuration: DemoClient.configuration(connections: connections))
        let run = DemoRun(
            configuration: configuration,
            client: DemoClient(http: http, baseURL: url ?? Self.url(of: configuration.http)), database: database,
            options: DemoRun.Options(
                customers: customers, arrivals: .seconds(arrivalSeconds), seed: seed, marker: marker))
        let result: Result<DemoReport, any Error>
        do {
            result = .success(try await Self.serving(database, run.run))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        return try result.get()
    }

    /// Runs the database client as long as `body` needs it.
    private static func serving<Value: Sendable>(
        _ database: PostgresClient, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        // Cancelled when this function returns.
        async let _ = database.run()
        return try await body()
    }

    /// Each customer needs one connection at a time; some files are left for the database and the e-mails.
    private var connections: Int {
        min(customers + 16, max(OpenFileLimit.raise() - 64, 16))
    }

    private static func database(of configuration: UsherConfiguration) throws -> PostgresClient {
        var settings = try PostgresConfiguration(url: configuration.database.url.text)
        settings.connections = 1
        var logger = Logger(label: "usher.demo")
        logger.logLevel = .error
        return PostgresClient(configuration: settings, logger: logger)
    }

    private static func url(of http: UsherConfiguration.HTTP) -> String {
        let host = http.host.contains(":") ? "[\(http.host)]" : http.host
        return "http://\(host):\(http.port)"
    }
}

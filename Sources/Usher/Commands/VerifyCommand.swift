import ArgumentParser
import Foundation
import Logging
import PostgresDriver
import RedisDriver
import ServiceLifecycle

/// `usher verify`: proves from what the stores hold that the promises were kept.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove from the database, Redis and Kafka that every promise was kept.",
        discussion: """
            Changes nothing, and may run beside a server that sells. Exits with 0 when all promises were kept, with 1 when \
            one was broken, and with 2 when it could not look.
            """)

    @Option(
        help: """
            Nothing is under way any more: every booking that has not changed for so many seconds must have ended, and \
            all money must be where it belongs.
            """)
    var settled: Int?

    @Option(help: "The most violations of one promise that are named.")
    var details = 10

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard settled ?? 0 >= 0 else { throw ValidationError("--settled must be 0 or more") }
        guard details >= 0 else { throw ValidationError("--details must be 0 or more") }
    }

    func run() async throws {
        let checks: [PromiseCheck]
        do {
            checks = try await look()
        } catch {
            FileHandle.standardError.write(Data("usher verify: \(error)\n".utf8))
            throw ExitCode(2)
        }
        print(checks.lines(details: details).joined(separator: "\n"))
        guard checks.allSatisfy(\.isKept) else { throw ExitCode(1) }
    }

    private func look() async throws -> [PromiseCheck] {
        let (configuration, _) = try shared.load()
        var logger = Logger(label: "usher.verify")
        logger.logLevel = .error
        let clients = try StoreClients(configuration, logger: logger)
        let verification = Verification(clients: clients, settledAfter: settled, logger: logger)
        do {
            return try await withThrowingTaskGroup { group in
                for client in clients.services {
                    group.addTask { try await client.run() }
                }
                defer { group.cancelAll() }
                return try await verification.checks()
            }
        } catch {
            throw CommandFailure(error, configuration: configuration)
        }
    }
}

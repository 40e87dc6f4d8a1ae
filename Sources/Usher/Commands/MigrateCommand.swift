import ArgumentParser
import Logging
import PostgresDriver

/// `usher migrate`: brings the database up to date. `usher serve` does the same when it starts.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's tables up to date.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let (configuration, logger) = try shared.load()
        let client = try StoreClients.postgres(configuration, logger: logger)
        let migration = OneOff { try await DatabaseSchema.migrate(client, logger: logger) }
        try await configuration.run([client, migration], logger: logger)
    }
}

import ArgumentParser

/// `usher serve`: sells.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run a node: the API, the workers, the outbox relay and the notifier.")

    @OptionGroup var shared: SharedOptions

    @Flag(help: "Create the demo accounts and events that are missing, and say how to try them.")
    var demoData = false

    func run() async throws {
        let (configuration, logger) = try shared.load()
        // A stream is a socket, and the usual limit of 1,024 is no limit for an on-sale.
        OpenFileLimit.raise()
        let metrics = NodeMetrics()
        let clients = try StoreClients(configuration, logger: logger)
        let node = BookingNode(
            configuration: configuration, clients: clients, metrics: metrics, loadsDemoData: demoData, logger: logger)
        try await configuration.run(clients.services + [node], logger: logger)
    }
}

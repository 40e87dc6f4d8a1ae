import Logging
import ServiceLifecycle
import UnixSignals

extension UsherConfiguration {
    /// Runs services in the order in which they depend on each other; they stop in the reverse order, on SIGINT and
    /// SIGTERM, and within a bounded time.
    ///
    /// A service that ends by itself without an error ends the others too.
    ///
    /// - Throws: `CommandFailure` with what ended them.
    func run(_ services: [any Service], logger: Logger) async throws {
        var group = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = shutdownGrace
        group.maximumCancellationDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw CommandFailure(error, configuration: self)
        }
    }
}

/// A piece of work that ends by itself, run beside the services that it needs.
struct OneOff: Service {
    let work: @Sendable () async throws -> Void

    func run() async throws {
        try await work()
    }
}

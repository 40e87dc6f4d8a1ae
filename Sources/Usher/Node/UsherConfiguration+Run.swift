import Logging
import ServiceLifecycle
import UnixSignals

extension ServiceGroupConfiguration {
    /// Services in the order in which they depend on each other; they stop in the reverse order, on SIGINT and SIGTERM,
    /// and within a bounded time.
    ///
    /// A service that ends by itself without an error ends the others too.
    static func usher(
        services: [any Service], configuration: UsherConfiguration, logger: Logger
    ) -> ServiceGroupConfiguration {
        var group = ServiceGroupConfiguration(
            services: services.map {
                ServiceConfiguration(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = configuration.shutdownGrace
        group.maximumCancellationDuration = .seconds(5)
        return group
    }
}

/// A piece of work that ends by itself, run beside the services that it needs.
struct OneOff: Service {
    let work: @Sendable () async throws -> Void

    func run() async throws {
        try await work()
    }
}

import Executors
import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals

extension UsherConfiguration {
    /// Runs services in the order in which they depend on each other; they stop in the reverse order, on SIGINT and
    /// SIGTERM, and within a bounded time.
    ///
    /// A service that ends by itself without an error ends the others too.
    ///
    /// They run on an event loop, by turns with its requests: so what goes to and fro between requests, workers and
    /// stores seldom changes threads. What takes long has threads of its own.
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
            let services = ServiceGroup(configuration: group)
            let executor = EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.next())
            try await withTaskExecutorPreference(executor) { try await services.run() }
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

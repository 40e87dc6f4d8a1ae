import Executors
import NIOPosix
import ServiceLifecycle

/// A service whose tasks run on an event loop, by turns with what the loop's connections ask for.
///
/// So what goes to and fro between requests, workers and stores seldom changes threads. It is for services that never
/// take long in one go; each gets the next loop.
struct OnEventLoop: Service {
    private let service: any Service
    private let executor = EventLoopExecutors.of(MultiThreadedEventLoopGroup.singleton.next())?.services

    init(_ service: any Service) {
        self.service = service
    }

    func run() async throws {
        try await withTaskExecutorPreference(executor) { try await service.run() }
    }
}

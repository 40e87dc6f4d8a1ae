import Executors
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EventLoopExecutorTests {
    private let eventLoop: any EventLoop
    private let pair: EventLoopExecutors.Pair

    init() throws {
        eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        pair = try #require(EventLoopExecutors.of(eventLoop))
    }

    @Test func `tasks run on their event loop`() async {
        for executor in [pair.requests, pair.services] {
            let isThere = await Task(executorPreference: executor) { eventLoop.inEventLoop }.value
            #expect(isThere)
        }
    }

    @Test func `an event loop of another group has none`() async throws {
        let others = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        #expect(EventLoopExecutors.of(others.any()) == nil)
        try await others.shutdownGracefully()
    }

    @Test func `requests without end keep neither the services nor the input waiting`() async throws {
        let busy = (0..<100).map { _ in Task(executorPreference: pair.requests) { await spin() } }
        try await Task(executorPreference: pair.services) {
            defer { busy.forEach { $0.cancel() } }
            for _ in 0..<100 { await Task.yield() }
            for _ in 0..<3 { try await eventLoop.submit {}.get() }
        }.value
    }

    @Test func `services without end keep no request waiting`() async {
        let busy = (0..<100).map { _ in Task(executorPreference: pair.services) { await spin() } }
        await Task(executorPreference: pair.requests) {
            for _ in 0..<100 { await Task.yield() }
            busy.forEach { $0.cancel() }
        }.value
    }

    /// Takes every turn it can get, until it is cancelled.
    private func spin() async {
        while !Task.isCancelled { await Task.yield() }
    }
}

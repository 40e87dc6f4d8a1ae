import Booking
import Inventory
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Measures how long work waits for a thread. It grows when something blocks one, or when there is more work than time.
struct ThreadLag: Service {
    private static let interval = Duration.milliseconds(500)

    private let eventLoops = Metrics.Timer(label: "usher_thread_lag_seconds", dimensions: [("pool", "nio")])
    private let tasks = Metrics.Timer(label: "usher_thread_lag_seconds", dimensions: [("pool", "swift")])
    private let clock: any BookingClock

    init(clock: any BookingClock) {
        self.clock = clock
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await measure()
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    private func measure() async {
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            let start = clock.now
            loop.execute { eventLoops.record(duration: clock.now - start) }
        }
        let start = clock.now
        await Task { tasks.record(duration: clock.now - start) }.value
    }
}

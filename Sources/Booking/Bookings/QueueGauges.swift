import Inventory
import Metrics
public import ServiceLifecycle

/// Shows how many bookings wait for a worker, and for how long the oldest of them does.
public struct QueueGauges: Service {
    private static let interval = Duration.seconds(5)

    private let queue: BookingQueue
    private let clock: any BookingClock

    /// Makes gauges of a queue.
    public init(queue: BookingQueue, clock: any BookingClock) {
        self.queue = queue
        self.clock = clock
    }

    /// Reads the queue every few seconds until graceful shutdown.
    public func run() async throws {
        try? await cancellableByShutdown {
            while true {
                record()
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    private func record() {
        let now = clock.timestamp
        for lane in BookingQueue.Lane.allCases {
            let dimensions = [("lane", "\(lane)")]
            let age = queue.oldest(in: lane).map { now - $0 } ?? .zero
            Gauge(label: "usher_booking_queue_length", dimensions: dimensions).record(queue.length(of: lane))
            Gauge(label: "usher_booking_queue_oldest_seconds", dimensions: dimensions).record(age / .seconds(1))
        }
    }
}

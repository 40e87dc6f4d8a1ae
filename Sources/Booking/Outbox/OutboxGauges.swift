import Inventory
import Metrics
public import ServiceLifecycle

/// Shows how many events wait to be published, and for how long the oldest of them does. They grow when the brokers are
/// away, or refuse.
public struct OutboxGauges: Service {
    private static let interval = Duration.seconds(5)

    private let outbox: any Outbox
    private let clock: any BookingClock

    /// Makes gauges of an outbox.
    public init(outbox: any Outbox, clock: any BookingClock) {
        self.outbox = outbox
        self.clock = clock
    }

    /// Reads the outbox every few seconds until graceful shutdown. While it cannot be read the gauges stay.
    public func run() async throws {
        try? await cancellableByShutdown {
            while true {
                if let backlog = try? await outbox.backlog() { record(backlog) }
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    private func record(_ backlog: OutboxBacklog) {
        let age = backlog.oldest.map { clock.timestamp - $0 } ?? .zero
        Gauge(label: "usher_outbox_length").record(backlog.count)
        Gauge(label: "usher_outbox_oldest_seconds").record(age / .seconds(1))
    }
}

import Inventory
public import Logging
import Metrics
public import ServiceLifecycle

/// Brings events from the outbox to the publisher: in commit order per shard, each at least once.
public struct OutboxRelay: Service {
    private static let batch = 500
    private static let idlePause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(5)

    private let outbox: any Outbox
    private let publisher: any EventPublisher
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes a relay between the two.
    public init(outbox: any Outbox, publisher: any EventPublisher, clock: any BookingClock, logger: Logger) {
        self.outbox = outbox
        self.publisher = publisher
        self.clock = clock
        self.logger = logger
    }

    /// Relays until graceful shutdown. What is left then goes out after the next start.
    public func run() async throws {
        try? await cancellableByShutdown {
            var pause = Duration.milliseconds(50)
            while !Task.isCancelled {
                do {
                    let isIdle = try await relayBatch() == 0
                    pause = .milliseconds(50)
                    if isIdle { await outbox.awaitEvents(until: clock.now + Self.idlePause) }
                } catch {
                    logger.warning("Events could not be relayed", metadata: [.error: "\(error)"])
                    try await clock.sleep(until: clock.now + pause)
                    pause = min(pause * 2, Self.longestPause)
                }
            }
        }
    }

    /// - Returns: The number of events that were delivered.
    private func relayBatch() async throws -> Int {
        let events = try await outbox.pending(limit: Self.batch)
        guard !events.isEmpty else { return 0 }
        let delivered = Self.deliveredInOrder(events, await publisher.publish(events))
        Counter(label: "usher_events_delivered_total").increment(by: delivered.count)
        try await outbox.remove(delivered)
        guard delivered.count == events.count else {
            throw PublishFailed(undelivered: events.count - delivered.count)
        }
        return delivered.count
    }

    /// The events up to the first of their shard that was not delivered. Should the publisher say that one behind it was,
    /// that is published again: twice in order is better than once out of it.
    static func deliveredInOrder(_ events: [OutboxEvent], _ isDelivered: [Bool]) -> [OutboxEvent] {
        var brokenShards: Set<Int> = []
        return zip(events, isDelivered).compactMap { event, isDelivered in
            if !isDelivered { brokenShards.insert(event.shard) }
            return brokenShards.contains(event.shard) ? nil : event
        }
    }
}

private struct PublishFailed: Error, CustomStringConvertible {
    let undelivered: Int
    var description: String { "\(undelivered) events were not delivered; they will be published again" }
}

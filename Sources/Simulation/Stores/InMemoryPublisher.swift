public import Booking
import Synchronization

/// Remembers what was published; can be told to fail.
public final class InMemoryPublisher: EventPublisher {
    private struct State {
        var published: [OutboxEvent] = []
        var failures: Set<String> = []
    }

    private let state = Mutex(State())

    /// Makes a publisher that has published nothing.
    public init() {}

    /// What was published, in order, with duplicates.
    public var published: [OutboxEvent] { state.withLock { $0.published } }

    /// Makes the next publication of the event with this id fail, and with it those behind it in its shard.
    public func failOnce(_ id: String) {
        state.withLock { _ = $0.failures.insert(id) }
    }

    public func publish(_ events: [OutboxEvent]) -> [Bool] {
        state.withLock { state in
            var brokenShards: Set<Int> = []
            return events.map { event in
                if state.failures.remove(event.id) != nil { brokenShards.insert(event.shard) }
                guard !brokenShards.contains(event.shard) else { return false }
                state.published.append(event)
                return true
            }
        }
    }
}

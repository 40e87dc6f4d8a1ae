public import Booking
import Inventory
public import KafkaDriver

/// Publishes events as CloudEvents 1.0 in binary mode (Kafka protocol binding, section 3.2), keyed by offering.
public struct KafkaEventPublisher: EventPublisher {
    /// The topic of bookings' lifecycles.
    public static let topic = "usher.bookings"

    private let producer: KafkaProducer
    private let topic: String

    /// Makes a publisher on a producer that runs elsewhere, by a configuration from ``withoutTimeout(_:)``.
    public init(producer: KafkaProducer, topic: String = Self.topic) {
        self.producer = producer
        self.topic = topic
    }

    /// The same configuration for a producer that waits for the brokers however long they are away.
    ///
    /// A record that timed out would leave a gap, which the idempotent producer fills with those behind it. Without a
    /// time-out a record fails only with its producer, and so do those behind it.
    public static func withoutTimeout(_ configuration: KafkaConfiguration) -> KafkaConfiguration {
        var configuration = configuration
        configuration.properties["delivery.timeout.ms"] = "0"
        return configuration
    }

    public func publish(_ events: [OutboxEvent]) async -> [Bool] {
        var isDelivered = Array(repeating: false, count: events.count)
        // One call a shard, since a record that cannot be sent keeps those behind it in its call.
        await withTaskGroup(of: [(index: Int, isDelivered: Bool)].self) { group in
            for indices in Dictionary(grouping: events.indices, by: { events[$0].shard }).values {
                group.addTask {
                    let outcomes = await producer.send(indices.map { record(events[$0]) })
                    return zip(indices, outcomes).map { index, outcome in
                        if case .success = outcome { (index, true) } else { (index, false) }
                    }
                }
            }
            for await outcomes in group {
                for outcome in outcomes { isDelivered[outcome.index] = outcome.isDelivered }
            }
        }
        return isDelivered
    }

    /// The trace is CloudEvents' extension for distributed tracing.
    private func record(_ event: OutboxEvent) -> KafkaRecord {
        let trace = [("ce_traceparent", event.traceparent), ("ce_tracestate", event.tracestate)]
        return KafkaRecord(
            topic: topic, key: Array(event.offering.description.utf8), value: event.payload,
            headers: [
                KafkaHeader("ce_specversion", "1.0"),
                KafkaHeader("ce_id", event.id),
                KafkaHeader("ce_source", "/usher/shards/\(event.shard)"),
                KafkaHeader("ce_type", event.type),
                KafkaHeader("ce_subject", event.subject.description),
                KafkaHeader("ce_time", event.time.rfc3339),
                KafkaHeader("content-type", "application/json"),
            ] + trace.compactMap { name, value in value.map { KafkaHeader(name, $0) } })
    }
}

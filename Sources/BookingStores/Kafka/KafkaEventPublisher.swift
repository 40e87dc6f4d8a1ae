public import Booking
import Inventory
public import KafkaDriver

/// Publishes events as CloudEvents 1.0 in binary mode (Kafka protocol binding, section 3.2), keyed by offering.
public struct KafkaEventPublisher: EventPublisher {
    /// The topic of bookings' lifecycles.
    public static let topic = "usher.bookings"

    private let producer: KafkaProducer
    private let topic: String

    /// Makes a publisher on a producer that runs elsewhere.
    public init(producer: KafkaProducer, topic: String = Self.topic) {
        self.producer = producer
        self.topic = topic
    }

    public func publish(_ events: [OutboxEvent]) async -> [Bool] {
        await producer.send(events.map(record)).map { outcome in
            if case .success = outcome { true } else { false }
        }
    }

    private func record(_ event: OutboxEvent) -> KafkaRecord {
        KafkaRecord(
            topic: topic, key: Array(event.offering.description.utf8), value: event.payload,
            headers: [
                KafkaHeader("ce_specversion", "1.0"),
                KafkaHeader("ce_id", event.id),
                KafkaHeader("ce_source", "/usher/shards/\(event.shard)"),
                KafkaHeader("ce_type", event.type),
                KafkaHeader("ce_subject", event.subject.description),
                KafkaHeader("ce_time", event.time.rfc3339),
                KafkaHeader("content-type", "application/json"),
            ])
    }
}

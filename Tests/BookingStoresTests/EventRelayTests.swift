import Booking
import BookingStores
import Inventory
import KafkaDriver
import Synchronization
import Testing

/// Events on their whole way: from the ledger's transaction to a reader of the topic.
@Suite(.timeLimit(.minutes(1)))
struct EventRelayTests {
    @Test func `each event arrives, in order, even after failures to publish`() async throws {
        let topic = try await newTopic(partitions: 4)
        try await withPostgres { store in
            try await withKafka(topic) { producer, consumer in
                let publisher = FaultyPublisher(KafkaEventPublisher(producer: producer, topic: topic))
                let relay = OutboxRelay(
                    outbox: store.outbox, publisher: publisher, clock: clock, logger: silentLogger)
                let offerings = try [5, 5, 6].map { try Offering.gala(shard: $0) }
                let node = try await Node(store.ledger)
                // Some wait already when the relay starts, as after a crash.
                for offering in offerings { try await node.commit(offering.bookings(ofSeats: 1...3), of: offering) }
                let messages = try await running(relay) {
                    for number in 11...30 {
                        for offering in offerings {
                            let booking = offering.booking(seats: "STALLS-1-\(number)")
                            try await node.commit([booking, booking.confirmed], of: offering)
                        }
                    }
                    return try await consumer.read { Set($0.map { $0.header("ce_id") }).count == 129 }
                }
                #expect(publisher.hasFailed)
                #expect(messages.count > 129, "what was not reported as delivered is sent again")
                for offering in offerings {
                    let ids = messages.filter { $0.key == Array(offering.id.description.utf8) }
                        .compactMap { $0.header("ce_id") }
                    #expect(lastOccurrences(ids) == sequenceOrder(Set(ids)))
                }
                for same in Dictionary(grouping: messages, by: { $0.header("ce_id") }).values {
                    #expect(Set(same.map(\.value)).count == 1, "a duplicate says the same")
                }
            }
        }
    }

    @Test func `what has been delivered leaves the outbox`() async throws {
        let topic = try await newTopic(partitions: 1)
        try await withPostgres { store in
            try await withKafka(topic) { producer, consumer in
                let offering = try Offering.gala()
                try await Node(store.ledger).commit(offering.bookings(ofSeats: 1...20), of: offering)
                let publisher = KafkaEventPublisher(producer: producer, topic: topic)
                let relay = OutboxRelay(
                    outbox: store.outbox, publisher: publisher, clock: clock, logger: silentLogger)
                try await running(relay) {
                    while try await store.number("SELECT count(*) FROM outbox") > 0 {}
                }
                #expect(try await consumer.read { $0.count == 20 }.count == 20)
            }
        }
    }

    /// What comes again after a failure comes in order again.
    private func lastOccurrences(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.reversed().filter { seen.insert($0).inserted }.reversed()
    }

    private func sequenceOrder(_ ids: Set<String>) -> [String] {
        ids.sorted { ($0.count, $0) < ($1.count, $1) }
    }
}

/// Fails twice: first it publishes nothing, then all but the second event.
private final class FaultyPublisher: EventPublisher {
    private let publisher: any EventPublisher
    private let calls = Mutex(0)

    init(_ publisher: any EventPublisher) {
        self.publisher = publisher
    }

    var hasFailed: Bool { calls.withLock { $0 > 2 } }

    func publish(_ events: [OutboxEvent]) async -> [Bool] {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        if call == 1 { return events.map { _ in false } }
        guard call == 2, events.count > 1 else { return await publisher.publish(events) }
        return await publisher.publish([events[0]]) + [false] + publisher.publish(Array(events[2...]))
    }
}

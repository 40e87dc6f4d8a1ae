import Booking
import BookingStores
import Inventory
import KafkaDriver
import LocalStack
import Simulation
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
                    #expect(firstOccurrences(ids) == sequenceOrder(Set(ids)))
                }
                for same in Dictionary(grouping: messages, by: { $0.header("ce_id") }).values {
                    #expect(Set(same.map(\.value)).count == 1, "a duplicate says the same")
                }
            }
        }
    }

    /// The broker of the local stack forgets, when it is killed, what it has acknowledged in its last moments. Nothing else
    /// may be missing.
    @Test func `a broker that is killed and comes back gets all that it has not acknowledged, in order`() async throws {
        let server = try OwnProcess.kafka()
        let configuration = KafkaConfiguration(brokers: "127.0.0.1:\(server.port)")
        let topic = "events"
        while (try? await createTopic(topic, on: configuration)) == nil {
            try Task.checkCancellation()
            await Task.yield()
        }
        let ledger = InMemoryLedger()
        let producer = try KafkaProducer(
            configuration: KafkaEventPublisher.withoutTimeout(configuration), logger: silentLogger)
        let relay = OutboxRelay(
            outbox: ledger, publisher: KafkaEventPublisher(producer: producer, topic: topic), clock: clock,
            logger: silentLogger)
        let offerings = try (1...5).map { _ in try Offering.gala() }
        let node = try await Node(ledger)

        let kept = try await running(producer, relay) {
            // It dies with events on their way to it, and is away when others come.
            try await node.sell(1...100, of: offerings)
            while await ledger.backlog().count > 700 {
                try Task.checkCancellation()
                await Task.yield()
            }
            server.kill()
            let known = Set(await ledger.pending(limit: .max).map(\.id))
            try await node.sell(101...150, of: offerings)
            let kept = await ledger.pending(limit: .max).map(\.id).filter { !known.contains($0) }
            try server.start()
            while await ledger.backlog().count > 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            return Set(kept)
        }
        #expect(kept.count == 50 * 2 * offerings.count)
        let consumer = try KafkaConsumer(
            configuration: configuration, group: topic, topics: [topic], logger: silentLogger)
        let messages = try await running(consumer) {
            try await consumer.read { kept.isSubset(of: $0.compactMap { $0.header("ce_id") }) }
        }
        for offering in offerings {
            let ids = messages.filter { $0.key == Array(offering.id.description.utf8) }
                .compactMap { $0.header("ce_id") }
            #expect(firstOccurrences(ids) == sequenceOrder(Set(ids)))
        }
    }

    private func createTopic(_ name: String, on configuration: KafkaConfiguration) async throws {
        try await KafkaAdmin(configuration: configuration, logger: silentLogger)
            .createTopics([KafkaTopic(name: name, partitions: 4)])
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
}

extension Node {
    /// Sells seats of each offering.
    fileprivate func sell(_ numbers: ClosedRange<Int>, of offerings: [Offering]) async throws {
        for number in numbers {
            for offering in offerings {
                let booking = offering.booking(seats: "STALLS-1-\(number)")
                try await commit([booking, booking.confirmed], of: offering)
            }
        }
    }
}

/// The ids without what has come before.
private func firstOccurrences(_ ids: [String]) -> [String] {
    var seen: Set<String> = []
    return ids.filter { seen.insert($0).inserted }
}

private func sequenceOrder(_ ids: Set<String>) -> [String] {
    ids.sorted { ($0.count, $0) < ($1.count, $1) }
}

/// Fails twice: first it publishes nothing, then of one shard the first event only, and says that it published none of
/// the next.
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
        guard call == 2, let broken = events.first?.shard, let second = events.indices.dropFirst().first else {
            return await publisher.publish(events)
        }
        let sent = events.indices.filter { events[$0].shard != broken || $0 < second }
        _ = await publisher.publish(sent.map { events[$0] })
        let lost = events.first { $0.shard != broken }?.shard
        return events.indices.map { sent.contains($0) && events[$0].shard != lost }
    }
}

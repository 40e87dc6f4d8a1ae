import Booking
import BookingStores
import Inventory
import KafkaDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct KafkaEventPublisherTests {
    private func event(
        _ number: Int64, shard: Int = 17, of offering: UniqueID, payload: [UInt8] = Array("{}".utf8)
    ) -> OutboxEvent {
        OutboxEvent(
            shard: shard, sequence: number, type: "usher.booking.confirmed", offering: offering,
            subject: BookingID(offering: offering, own: newID()),
            time: Timestamp(millisecondsSince1970: 1_803_902_400_250), payload: payload)
    }

    @Test func `an event is a CloudEvent in binary mode with its offering as the key`() async throws {
        let topic = try await newTopic(partitions: 1)
        try await withKafka(topic) { producer, consumer in
            let event = event(1_042, of: newID(), payload: Array(#"{"status":"confirmed"}"#.utf8))
            #expect(await KafkaEventPublisher(producer: producer, topic: topic).publish([event]) == [true])
            let message = try #require(try await consumer.read { $0.count == 1 }.first)
            #expect(message.key == Array(event.offering.description.utf8))
            #expect(message.value == event.payload)
            let headers = message.headers.map { [$0.name, String(decoding: $0.value, as: UTF8.self)] }
            #expect(
                headers == [
                    ["ce_specversion", "1.0"], ["ce_id", "17:1042"], ["ce_source", "/usher/shards/17"],
                    ["ce_type", "usher.booking.confirmed"], ["ce_subject", event.subject.description],
                    ["ce_time", "2027-03-01T12:00:00.250Z"], ["content-type", "application/json"],
                ])
        }
    }

    @Test func `an event's trace goes into the headers of CloudEvents' extension for it`() async throws {
        let topic = try await newTopic(partitions: 1)
        try await withKafka(topic) { producer, consumer in
            var event = event(1, of: newID())
            event.traceparent = TraceContext().traceparent
            event.tracestate = "rojo=1"
            #expect(await KafkaEventPublisher(producer: producer, topic: topic).publish([event]) == [true])
            let message = try #require(try await consumer.read { $0.count == 1 }.first)
            #expect(message.header("ce_traceparent") == event.traceparent)
            #expect(message.header("ce_tracestate") == "rojo=1")
        }
    }

    @Test func `events of one offering arrive in order, on one partition`() async throws {
        let topic = try await newTopic(partitions: 4)
        try await withKafka(topic) { producer, consumer in
            let offerings = (0..<8).map { _ in newID() }
            let events = (1...400).map { event(Int64($0), of: offerings[$0 % 8]) }
            let publisher = KafkaEventPublisher(producer: producer, topic: topic)
            #expect(await publisher.publish(events).allSatisfy { $0 })
            let messages = try await consumer.read { $0.count == events.count }
            for offering in offerings {
                let own = messages.filter { $0.key == Array(offering.description.utf8) }
                #expect(own.map { $0.header("ce_id") } == events.filter { $0.offering == offering }.map(\.id))
                #expect(Set(own.map(\.partition)).count == 1)
            }
        }
    }

    @Test func `an event that cannot be sent keeps those behind it in its shard, and no others`() async throws {
        let topic = try await newTopic(partitions: 1)
        try await withKafka(topic) { producer, consumer in
            let offering = newID()
            let tooLarge = [UInt8](repeating: UInt8(ascii: " "), count: 2_000_000)
            let events = [
                event(1, of: offering), event(2, of: offering, payload: tooLarge), event(3, of: offering),
                event(1, shard: 18, of: newID()),
            ]
            let publisher = KafkaEventPublisher(producer: producer, topic: topic)
            #expect(await publisher.publish(events) == [true, false, false, true])
            let messages = try await consumer.read { $0.count == 2 }
            #expect(Set(messages.map { $0.header("ce_id") }) == ["17:1", "18:1"])
            #expect(await publisher.publish([]) == [])
        }
    }
}

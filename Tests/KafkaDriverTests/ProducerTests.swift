import Foundation
import KafkaDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProducerTests {
    @Test func `a record comes back with its key, headers and bytes`() async throws {
        let topic = try await newTopic()
        let sent = KafkaRecord(
            topic: topic, key: [0, 255, 1], value: Array(0...255),
            headers: [KafkaHeader("ce_id", "1"), KafkaHeader(name: "raw", value: [0, 200]), KafkaHeader("ce_id", "2")])
        let producer = try newProducer()
        let consumer = try newConsumer(of: topic)
        try await running(producer, consumer) {
            let delivery = try await producer.send(sent)
            let message = try #require(try await consumer.read(1).first)
            #expect(message.topic == topic)
            #expect(message.partition == delivery.partition && message.offset == delivery.offset)
            #expect(message.key == sent.key && message.value == sent.value && message.headers == sent.headers)
            #expect(message.header("ce_id") == "2")
            #expect(abs(try #require(message.timestamp).timeIntervalSinceNow) < 60)
        }
    }

    @Test func `an empty key, an empty value and no key stay what they are`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        let consumer = try newConsumer(of: topic)
        try await running(producer, consumer) {
            _ = await producer.send([
                KafkaRecord(topic: topic, key: nil, value: [1]), KafkaRecord(topic: topic, key: [], value: []),
            ])
            let messages = try await consumer.read(2)
            #expect(messages.map(\.key) == [nil, []])
            #expect(messages.map(\.value) == [[1], []])
        }
    }

    @Test func `a record goes to the partition that it names`() async throws {
        let topic = try await newTopic(partitions: 3)
        let producer = try newProducer()
        try await running(producer) {
            let delivery = try await producer.send(
                KafkaRecord(topic: topic, key: [1], value: [1], partition: 2))
            #expect(delivery.partition == 2)
        }
    }

    @Test func `the records of one key keep their order`() async throws {
        let topic = try await newTopic(partitions: 3)
        let producer = try newProducer()
        let consumer = try newConsumer(of: topic)
        let keys = (0..<7).map { "key-\($0)" }
        let records = (0..<3000).map { record(topic, key: keys[$0 % keys.count], "\($0)") }
        try await running(producer, consumer) {
            for start in stride(from: 0, to: records.count, by: 500) {
                let outcomes = await producer.send(Array(records[start..<start + 500]))
                #expect(outcomes.allSatisfy { $0.code == nil })
            }
            let messages = try await consumer.read(records.count)
            for key in keys {
                let received = messages.filter { $0.keyText == key }.map(\.text)
                let sent = records.filter { $0.key == Array(key.utf8) }.map {
                    String(decoding: $0.value, as: UTF8.self)
                }
                #expect(received == sent)
            }
        }
    }

    @Test func `a record that cannot be sent keeps those behind it`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        try await running(producer) {
            let tooLarge = KafkaRecord(topic: topic, key: nil, value: Array(repeating: 0, count: 2_000_000))
            let outcomes = await producer.send([record(topic, "a"), tooLarge, record(topic, "b")])
            #expect(outcomes.map(\.code) == [nil, .rejected, .rejected])
            let next = try await producer.send(record(topic, "b"))
            #expect(next.offset == 1)
        }
    }

    @Test func `nothing to send is answered at once`() async throws {
        let outcomes = try await newProducer().send([])
        #expect(outcomes.isEmpty)
    }

    @Test func `a graceful shutdown delivers what was sent before`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        let sender = Task.immediate { await producer.send((0..<100).map { record(topic, "\($0)") }) }
        try await running(producer) {}
        let outcomes = await sender.value
        #expect(outcomes.allSatisfy { $0.code == nil })
    }

    @Test func `after shutdown every send is refused`() async throws {
        let producer = try newProducer()
        try await running(producer) {}
        await #expect(throws: KafkaError.self) { try await producer.send(record("any", "x")) }
        let outcomes = await producer.send([record("any", "x"), record("any", "y")])
        #expect(outcomes.map(\.code) == [.closed, .closed])
        await #expect(throws: KafkaError.self) { try await producer.run() }
    }

    @Test func `a ping is answered by a cluster that is there`() async throws {
        let producer = try newProducer()
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await producer.ping() } }
            try await group.waitForAll()
        }
    }
}

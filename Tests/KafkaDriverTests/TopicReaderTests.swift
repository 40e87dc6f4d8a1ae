import Foundation
import KafkaDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TopicReaderTests {
    private let reader: KafkaTopicReader

    init() throws {
        reader = try KafkaTopicReader(configuration: realBroker, logger: logger)
    }

    @Test func `all messages are read, partition by partition, each in its order`() async throws {
        let topic = try await newTopic(partitions: 3)
        let producer = try newProducer()
        try await running(producer) {
            for number in 0..<30 {
                _ = try await producer.send(
                    KafkaRecord(topic: topic, key: nil, value: [UInt8(number)], partition: Int32(number % 2)))
            }
        }
        // Twice: nothing of a first reading is left behind.
        for _ in 1...2 {
            let messages = try await reader.messages(of: topic)
            #expect(
                messages.map { Int($0.value[0]) } == Array(stride(from: 0, to: 30, by: 2))
                    + Array(stride(from: 1, to: 30, by: 2)))
            #expect(messages.map(\.offset) == Array(0..<15) + Array(0..<15))
        }
    }

    @Test func `a topic without messages, and one that is not there, have none`() async throws {
        #expect(try await reader.messages(of: try await newTopic()).isEmpty)
        #expect(try await reader.messages(of: "test-\(UUID().uuidString)").isEmpty)
    }

    @Test func `a broker that is away is an error`() async throws {
        let reader = try KafkaTopicReader(configuration: KafkaConfiguration(brokers: "127.0.0.1:1"), logger: logger)
        await #expect(throws: KafkaError.self) { try await reader.messages(of: "any") }
    }
}

import Foundation
import KafkaDriver
import LocalStack

let broker = KafkaConfiguration(brokers: LocalStack.kafkaBrokers)

/// Makes a topic that no other test uses.
func newTopic(partitions: Int) async throws -> String {
    let topic = "test-\(UUID().uuidString.lowercased())"
    try await KafkaAdmin(configuration: broker, logger: silentLogger)
        .createTopics([KafkaTopic(name: topic, partitions: partitions)])
    return topic
}

/// Runs `body` with a producer, and a consumer that reads the topic from its beginning.
func withKafka<Value>(
    _ topic: String, isolation: isolated (any Actor)? = #isolation,
    _ body: (KafkaProducer, KafkaConsumer) async throws -> Value
) async throws -> Value {
    let producer = try KafkaProducer(configuration: broker, logger: silentLogger)
    let consumer = try KafkaConsumer(configuration: broker, group: topic, topics: [topic], logger: silentLogger)
    return try await running(producer, consumer) { try await body(producer, consumer) }
}

extension KafkaConsumer {
    /// Reads messages until `isEnough` of those read so far.
    func read(until isEnough: ([KafkaMessage]) -> Bool) async throws -> [KafkaMessage] {
        var read: [KafkaMessage] = []
        for try await message in messages {
            read.append(message)
            if isEnough(read) { break }
        }
        return read
    }
}

import KafkaDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConfigurationTests {
    @Test(
        "a property that cannot be is named in the error",
        arguments: [("no.such.thing", "1"), ("linger.ms", "soon"), ("acks", "0"), ("bootstrap.servers", "elsewhere:1")])
    func refusedProperty(name: String, value: String) throws {
        var configuration = KafkaConfiguration(brokers: "127.0.0.1:1")
        configuration.properties[name] = value
        let error = #expect(throws: KafkaError.self) { try newProducer(configuration) }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains(name) == true)
    }

    @Test func `a consumer commits only when told`() throws {
        var configuration = KafkaConfiguration(brokers: "127.0.0.1:1")
        configuration.properties["enable.auto.commit"] = "true"
        let error = #expect(throws: KafkaError.self) { try newConsumer(configuration, of: "any") }
        #expect(error?.code == .configuration)
    }

    @Test func `topics that exist stay as they are`() async throws {
        let topic = try await newTopic(partitions: 2)
        let admin = try KafkaAdmin(configuration: realBroker, logger: logger)
        try await admin.createTopics([KafkaTopic(name: topic, partitions: 2), KafkaTopic(name: topic + "-b")])
    }

    @Test("a topic that cannot be made is named in the error", arguments: [("two words", 1), ("orders", -5)])
    func refusedTopic(name: String, partitions: Int) async throws {
        let admin = try KafkaAdmin(configuration: realBroker, logger: logger)
        let error = await #expect(throws: KafkaError.self) {
            try await admin.createTopics([KafkaTopic(name: name, partitions: partitions)])
        }
        #expect(error?.description.contains(name) == true)
    }

    @Test func `a cancellation ends the making of topics`() async throws {
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: "127.0.0.1:1"), logger: logger)
        let making = Task { try await admin.createTopics([KafkaTopic(name: "any")]) }
        making.cancel()
        let error = await #expect(throws: KafkaError.self) { try await making.value }
        #expect(error?.code == .cancelled)
    }
}

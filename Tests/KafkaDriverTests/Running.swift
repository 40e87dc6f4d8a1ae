import Foundation
import KafkaDriver
import LocalStack
import Logging
import ServiceLifecycle

let logger = Logger(label: "kafka-tests") { _ in SwiftLogNoOpLogHandler() }

let realBroker = KafkaConfiguration(brokers: LocalStack.kafkaBrokers)

/// Runs the services while `body` runs, and shuts them down gracefully afterwards.
func running<Value: Sendable>(
    _ services: any Service..., body: @Sendable () async throws -> Value
) async throws -> Value {
    let group = ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
    async let end: Void = group.run()
    do {
        let value = try await body()
        await group.triggerGracefulShutdown()
        try await end
        return value
    } catch {
        await group.triggerGracefulShutdown()
        try? await end
        throw error
    }
}

/// Lets other tasks run until the condition holds, or the test's time is over.
func until(_ condition: () -> Bool) async {
    while !condition(), !Task.isCancelled { await Task.yield() }
}

/// Makes a topic that no other test uses on the real broker.
func newTopic(partitions: Int = 1) async throws -> String {
    let topic = "test-\(UUID().uuidString.lowercased())"
    try await KafkaAdmin(configuration: realBroker, logger: logger)
        .createTopics([KafkaTopic(name: topic, partitions: partitions)])
    return topic
}

func newConsumer(
    _ configuration: KafkaConfiguration = realBroker, of topic: String, group: String? = nil
) throws -> KafkaConsumer {
    try KafkaConsumer(configuration: configuration, group: group ?? "group-\(topic)", topics: [topic], logger: logger)
}

func newProducer(_ configuration: KafkaConfiguration = realBroker) throws -> KafkaProducer {
    try KafkaProducer(configuration: configuration, logger: logger)
}

func record(_ topic: String, key: String? = nil, _ value: String) -> KafkaRecord {
    KafkaRecord(topic: topic, key: key.map { Array($0.utf8) }, value: Array(value.utf8))
}

extension KafkaMessage {
    var text: String { String(decoding: value, as: UTF8.self) }
    var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
}

extension Result where Failure == KafkaError {
    var code: KafkaError.Code? {
        switch self {
        case .success: nil
        case .failure(let error): error.code
        }
    }
}

extension KafkaConsumer {
    /// Reads and commits this many messages through a reader of its own, and no more.
    func read(_ count: Int, commit: Bool = false) async throws -> [KafkaMessage] {
        var read: [KafkaMessage] = []
        for try await message in messages {
            read.append(message)
            if commit { try await self.commit(message) }
            if read.count == count { break }
        }
        return read
    }
}

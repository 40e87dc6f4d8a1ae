internal import Foundation
internal import KafkaDriver
internal import Logging

/// The topic of messages whose mail did not go out, with the reason in their headers.
///
/// All of them are in its first partition, whatever its others are for, so that a replay reads them in one order and
/// finds the end that it has marked.
struct DeadLetters: Sendable {
    private static let partition: Int32 = 0
    private static let ownHeaders = "dlq_"
    private static let markHeader = "dlq_mark"

    let producer: KafkaProducer
    let topic: String
    let patience: Patience

    /// Keeps a message as it came, and returns when the brokers have it; waits while they are away.
    ///
    /// - Parameters:
    ///   - reason: Without the customer's address, and nothing else of the content.
    ///   - tries: To send its mail.
    /// - Returns: False when the process is to end first.
    func add(_ message: KafkaMessage, reason: String, tries: Int) async -> Bool {
        let headers = [
            KafkaHeader("dlq_reason", reason), KafkaHeader("dlq_tries", "\(tries)"),
            KafkaHeader("dlq_time", Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
        ]
        // A message that comes from here has old ones.
        let original = message.headers.filter { !$0.name.hasPrefix(Self.ownHeaders) }
        return await send(key: message.key, value: message.value, headers: original + headers)
    }

    /// Writes a mark behind the messages that are there now.
    ///
    /// - Returns: False when the process is to end first.
    func writeMark(_ name: String) async -> Bool {
        await send(key: nil, value: [], headers: [KafkaHeader(Self.markHeader, name)])
    }

    /// The name of the mark that the message is, if it is one.
    static func markName(_ message: KafkaMessage) -> String? { message.header(markHeader) }

    private func send(key: [UInt8]?, value: [UInt8], headers: [KafkaHeader]) async -> Bool {
        let record = KafkaRecord(topic: topic, key: key, value: value, headers: headers, partition: Self.partition)
        return await patience.untilDone("Kafka is away, a dead letter waits", [:]) {
            try await producer.send(record)
        } != nil
    }
}

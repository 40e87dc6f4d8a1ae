internal import CRdKafka
public import Logging

/// Reads a topic as it is now, from its first message to its last, without joining a group.
///
/// For checks and reports: all messages are in memory at once.
public struct KafkaTopicReader: Sendable {
    private static let timeoutMilliseconds: Int32 = 10000

    private let properties: [(name: String, value: String)]
    private let logger: Logger

    /// Notes where the cluster is; each call connects for itself.
    ///
    /// - Throws: ``KafkaError`` with code `configuration` when a property may not be set.
    public init(configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        // librdkafka wants the name of a group, which nobody joins here.
        properties = try configuration.merged(
            defaults: ["auto.offset.reset": "earliest"],
            fixed: ["group.id": "usher.reader", "enable.auto.commit": "false", "enable.auto.offset.store": "false"])
        self.logger = logger
    }

    /// All messages that the topic had when this was called, partition by partition, each in its own order.
    ///
    /// - Returns: No messages when there is no such topic.
    /// - Throws: ``KafkaError``; `timedOut` when nothing has come for 10 s.
    public func messages(of topic: String) async throws(KafkaError) -> [KafkaMessage] {
        let client = try Client(
            RD_KAFKA_CONSUMER, properties: properties, events: RD_KAFKA_EVENT_FETCH, logger: logger)
        return try await OwnThread.run(named: "kafka-reader") { () throws(KafkaError) in
            var log = TopicLog(client: client, topic: topic, timeoutMilliseconds: Self.timeoutMilliseconds)
            return try log.read(ClientLog(logger: logger))
        }
    }
}

/// The reading of one topic, on a thread that may block.
private struct TopicLog {
    let client: Client
    let topic: String
    let timeoutMilliseconds: Int32

    /// The offset behind the last message, for each partition that has messages left to be read.
    private var ends: [Int32: Int64] = [:]
    private var messages: [Int32: [KafkaMessage]] = [:]

    init(client: Client, topic: String, timeoutMilliseconds: Int32) {
        self.client = client
        self.topic = topic
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    mutating func read(_ log: ClientLog) throws(KafkaError) -> [KafkaMessage] {
        var log = log
        for partition in try partitions() { try findEnd(of: partition) }
        guard !ends.isEmpty else { return [] }
        // Everything then comes on the consumer's queue.
        rd_kafka_poll_set_consumer(client.handle)
        let events = EventQueue(rd_kafka_queue_get_consumer(client.handle))
        defer { events.destroy() }
        try assign()
        while !ends.isEmpty {
            guard let event = events.poll(milliseconds: timeoutMilliseconds) else {
                throw KafkaError(.timedOut, "the topic \(topic) could not be read to its end")
            }
            if event.kind == RD_KAFKA_EVENT_FETCH {
                event.forEachMessage { take($0) }
            } else {
                log.report(event)
            }
        }
        return messages.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    private func partitions() throws(KafkaError) -> Range<Int32> {
        let handle = rd_kafka_topic_new(client.handle, topic, nil)
        defer { if let handle { rd_kafka_topic_destroy(handle) } }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.handle, 0, handle, &metadata, timeoutMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, action: "be reached") }
        defer { if let metadata { rd_kafka_metadata_destroy(metadata) } }
        return 0..<(metadata?.pointee.topics?.pointee.partition_cnt ?? 0)
    }

    private mutating func findEnd(of partition: Int32) throws(KafkaError) {
        var (first, end) = (Int64(0), Int64(0))
        let error = rd_kafka_query_watermark_offsets(
            client.handle, topic, partition, &first, &end, timeoutMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, action: "tell the end of \(topic)[\(partition)]")
        }
        if first < end { ends[partition] = end }
    }

    private func assign() throws(KafkaError) {
        let list = rd_kafka_topic_partition_list_new(Int32(ends.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in ends.keys {
            rd_kafka_topic_partition_list_add(list, topic, partition)?.pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
        }
        let error = rd_kafka_assign(client.handle, list)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, action: "read \(topic)") }
    }

    private mutating func take(_ message: UnsafePointer<rd_kafka_message_t>) {
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR, let end = ends[message.pointee.partition],
            message.pointee.offset < end
        else { return }
        let taken = KafkaMessage(message)
        messages[taken.partition, default: []].append(taken)
        if taken.offset == end - 1 { ends[taken.partition] = nil }
    }
}

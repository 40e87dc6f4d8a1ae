internal import CRdKafka
internal import Foundation

extension Client {
    /// Asks to join the group for these topics; the joining goes on in the background.
    func subscribe(to topics: [String]) throws(KafkaError) {
        let list = rd_kafka_topic_partition_list_new(Int32(topics.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for topic in topics {
            rd_kafka_topic_partition_list_add(list, topic, RD_KAFKA_PARTITION_UA)
        }
        let error = rd_kafka_subscribe(handle, list)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, action: "subscribe to \(topics.joined(separator: ", "))")
        }
    }

    /// Asks the coordinator to store that the message is done; the answer comes as an event with this tag.
    ///
    /// - Returns: why the commit was refused, or nil.
    func commit(_ message: KafkaMessage, tag: UInt) -> KafkaError? {
        let list = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        let entry = rd_kafka_topic_partition_list_add(list, message.topic, message.partition)
        entry?.pointee.offset = message.offset + 1
        let error = rd_kafka_commit_queue(handle, list, events.pointer, nil, UnsafeMutableRawPointer(bitPattern: tag))
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(error, action: "commit \(message.topic)[\(message.partition)]")
    }

    /// Gives the partitions back and leaves the group, so that others take over at once and not after the session's
    /// timeout. Blocks; the last answers go to `handle`.
    func leaveGroup(within budget: Duration, handle: (borrowing Event) -> Void) {
        // An error means that there is nothing to leave: the client never joined, or a fatal error has ended it.
        if let error = rd_kafka_consumer_close_queue(self.handle, events.pointer) {
            rd_kafka_error_destroy(error)
            return
        }
        let clock = ContinuousClock()
        let deadline = clock.now + budget
        while rd_kafka_consumer_closed(self.handle) == 0, clock.now < deadline {
            let left = Int32((deadline - clock.now) / .milliseconds(1)) + 1
            if let event = events.poll(milliseconds: left) { handle(event) }
        }
    }
}

extension Event {
    /// What the coordinator says to a commit of one partition.
    var commitResult: Result<Void, KafkaError> {
        let entry = rd_kafka_event_topic_partition_list(pointer)?.pointee.elems?.pointee
        let code = error != RD_KAFKA_RESP_ERR_NO_ERROR ? error : entry?.err ?? error
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return .success(()) }
        let topic = entry.map { "\(String(cString: $0.topic))[\($0.partition)]" } ?? "?"
        return .failure(KafkaError(code, action: "commit \(topic)"))
    }
}

extension KafkaMessage {
    /// Copies a message out of librdkafka's memory.
    init(_ message: UnsafePointer<rd_kafka_message_t>) {
        let fields = message.pointee
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(message, &kind)
        self.init(
            topic: fields.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "",
            partition: fields.partition,
            offset: fields.offset,
            key: fields.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: fields.key_len)) },
            value: [UInt8](UnsafeRawBufferPointer(start: fields.payload, count: fields.len)),
            headers: Self.headers(of: message),
            timestamp: kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
                ? nil : Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }

    private static func headers(of message: UnsafePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            guard let name else { break }
            headers.append(
                KafkaHeader(
                    name: String(cString: name), value: [UInt8](UnsafeRawBufferPointer(start: value, count: size))))
        }
        return headers
    }
}

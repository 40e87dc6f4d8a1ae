internal import CRdKafka

extension KafkaAdmin {
    /// The topics that the cluster has, each with the number of its partitions.
    ///
    /// - Throws: ``KafkaError`` when no broker answers within `patience`.
    public func topics(patience: Duration = .seconds(5)) async throws(KafkaError) -> [String: Int] {
        let client = try Client(RD_KAFKA_PRODUCER, properties: properties, events: 0, logger: logger)
        return try await OwnThread.run(named: "kafka-topics") { () throws(KafkaError) in
            try client.topics(timeoutMilliseconds: Int32(clamping: Int(patience / .milliseconds(1))))
        }
    }
}

extension Client {
    /// Blocks until a broker has answered.
    fileprivate func topics(timeoutMilliseconds: Int32) throws(KafkaError) -> [String: Int] {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(handle, 1, nil, &answer, timeoutMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else { throw KafkaError(error, action: "be reached") }
        defer { rd_kafka_metadata_destroy(answer) }
        let topics = UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt))
        return Dictionary(
            topics.compactMap { topic in topic.topic.map { (String(cString: $0), Int(topic.partition_cnt)) } },
            uniquingKeysWith: { first, _ in first })
    }
}

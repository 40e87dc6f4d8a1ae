internal import CRdKafka
public import Logging

/// A topic to be made.
public struct KafkaTopic: Sendable, Hashable {
    /// The topic's name.
    public var name: String

    /// How many partitions it gets.
    public var partitions: Int

    /// On how many brokers each partition is stored.
    public var replication: Int

    /// A topic; one partition on one broker unless told otherwise.
    public init(name: String, partitions: Int = 1, replication: Int = 1) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
    }
}

/// Prepares a cluster for producers and consumers.
public struct KafkaAdmin: Sendable {
    private static let timeoutMilliseconds: Int32 = 30000

    let properties: [(name: String, value: String)]
    let logger: Logger

    /// Notes where the cluster is; each call connects for itself.
    ///
    /// - Throws: ``KafkaError`` with code `configuration` when a property may not be set.
    public init(configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        properties = try configuration.merged(defaults: [:], fixed: [:])
        self.logger = logger
    }

    /// Makes the topics that do not exist yet; those that do stay as they are.
    ///
    /// Takes 30 s at most.
    ///
    /// - Throws: ``KafkaError``; `brokerUnavailable` or `timedOut` when no broker answers, `rejected` with the broker's
    ///   reason for the first topic that could not be made, `cancelled` when the caller's task was, although the brokers
    ///   may make the topics all the same.
    public func createTopics(_ topics: [KafkaTopic]) async throws {
        guard !topics.isEmpty else { return }
        let client = try Client(RD_KAFKA_PRODUCER, properties: properties, events: 0, logger: logger)
        do {
            try await withTaskCancellationHandler {
                try await OwnThread.run(named: "kafka-admin") { () throws(KafkaError) in
                    try client.requestTopics(topics, timeoutMilliseconds: Self.timeoutMilliseconds)
                    try client.awaitTopics(ClientLog(logger: logger), timeoutMilliseconds: Self.timeoutMilliseconds)
                }
            } onCancel: {
                client.events.wake()
            }
        } catch  where Task.isCancelled {
            throw KafkaError(.cancelled, "the making of the topics was cancelled", cause: error)
        }
    }
}

extension Client {
    fileprivate func requestTopics(_ topics: [KafkaTopic], timeoutMilliseconds: Int32) throws(KafkaError) {
        var requests: [OpaquePointer?] = []
        defer { rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
        var reason = [CChar](repeating: 0, count: 512)
        for topic in topics {
            let request = rd_kafka_NewTopic_new(
                topic.name, Int32(clamping: topic.partitions), Int32(clamping: topic.replication), &reason, reason.count
            )
            guard let request else {
                throw KafkaError(.configuration, "Kafka topic \(topic.name) cannot be made: \(String(cBuffer: reason))")
            }
            requests.append(request)
        }
        let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, timeoutMilliseconds, nil, 0)
        rd_kafka_CreateTopics(handle, &requests, requests.count, options, events.pointer)
    }

    /// Waits for the answer, which librdkafka gives even when no broker does.
    fileprivate func awaitTopics(_ log: ClientLog, timeoutMilliseconds: Int32) throws(KafkaError) {
        var log = log
        while true {
            // A second more than librdkafka takes itself, so that its reason comes first. A wake-up ends the wait too.
            guard let event = events.poll(milliseconds: timeoutMilliseconds + 1000) else {
                throw KafkaError(.timedOut, "no Kafka broker made the topics in time")
            }
            guard event.kind == RD_KAFKA_EVENT_CREATETOPICS_RESULT else {
                log.report(event)
                continue
            }
            return try event.checkTopics()
        }
    }
}

extension Event {
    fileprivate func checkTopics() throws(KafkaError) {
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, action: "make topics", reason: errorText)
        }
        var count = 0
        let topics = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(pointer), &count)
        for topic in UnsafeBufferPointer(start: topics, count: count) {
            let error = rd_kafka_topic_result_error(topic)
            if error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
            let name = rd_kafka_topic_result_name(topic).map { String(cString: $0) } ?? "?"
            let reason = rd_kafka_topic_result_error_string(topic).map { String(cString: $0) }
            throw KafkaError(error, action: "make topic \(name)", reason: reason)
        }
    }
}

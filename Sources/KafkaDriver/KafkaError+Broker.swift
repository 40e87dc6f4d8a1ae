import CRdKafka

extension KafkaError {
    /// An error of librdkafka or of a broker, which share one numbering.
    ///
    /// - Parameters:
    ///   - error: the number.
    ///   - action: what was tried, "send a record to topic t"; it completes "could not …".
    ///   - reason: the broker's or librdkafka's own words, where it has more to say than the number.
    init(_ error: rd_kafka_resp_err_t, action: String, reason: String? = nil) {
        let name = String(cString: rd_kafka_err2name(error))
        let text = reason ?? String(cString: rd_kafka_err2str(error))
        let code = Code(error)
        self.init(code, "Kafka could not \(action): \(text) (\(name))" + (code.advice.map { "; \($0)" } ?? ""))
    }
}

extension KafkaError.Code {
    /// What to do about an error of this code, where there is more to do than to read the reason.
    fileprivate var advice: String? {
        switch self {
        case .brokerUnavailable, .timedOut: "check that the brokers are up and can be reached, then try again"
        case .queueFull: "send less at a time, or again a little later"
        case .unknownTopic: "make the topic first"
        case .partitionLost: "leave the message to the partition's new reader"
        default: nil
        }
    }

    fileprivate init(_ error: rd_kafka_resp_err_t) {
        self =
            switch error {
            case RD_KAFKA_RESP_ERR__QUEUE_FULL:
                .queueFull
            case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
                RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
                .timedOut
            case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
                RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
                RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
                .brokerUnavailable
            case RD_KAFKA_RESP_ERR__DESTROY, RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
                .closed
            case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_INVALID_CONFIG:
                .configuration
            case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
                RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
                .unknownTopic
            case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
                .partitionLost
            case RD_KAFKA_RESP_ERR__FATAL:
                .fatal
            default:
                .rejected
            }
    }
}

import CRdKafka
import KafkaDriver

/// librdkafka's cluster in memory, whose brokers fail on demand.
///
/// `@unchecked Sendable`: the pointers are set once, and the mock's functions hand their work to its own thread.
final class MockCluster: @unchecked Sendable {
    static let produceRequest: Int16 = 0
    static let offsetCommitRequest: Int16 = 8

    private let handle: OpaquePointer
    private let cluster: OpaquePointer

    /// Starts a cluster of one broker, numbered 1.
    init() throws {
        var reason = [CChar](repeating: 0, count: 512)
        let configuration = rd_kafka_conf_new()
        // The one line that a mock cluster writes, "enabled", is not of interest.
        rd_kafka_conf_set(configuration, "log_level", "4", &reason, reason.count)
        guard
            let handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &reason, reason.count),
            let cluster = rd_kafka_mock_cluster_new(handle, 1)
        else { throw KafkaError(.configuration, "no mock cluster") }
        self.handle = handle
        self.cluster = cluster
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(handle)
    }

    var configuration: KafkaConfiguration {
        KafkaConfiguration(brokers: String(cString: rd_kafka_mock_cluster_bootstraps(cluster)))
    }

    func createTopic(_ name: String, partitions: Int32 = 1) {
        rd_kafka_mock_topic_create(cluster, name, partitions, 1)
    }

    /// The next requests of this kind are answered with these errors.
    func answer(_ request: Int16, with errors: [rd_kafka_resp_err_t]) {
        rd_kafka_mock_push_request_errors_array(cluster, request, errors.count, errors)
    }

    func goDown() { rd_kafka_mock_broker_set_down(cluster, 1) }

    func comeUp() { rd_kafka_mock_broker_set_up(cluster, 1) }
}

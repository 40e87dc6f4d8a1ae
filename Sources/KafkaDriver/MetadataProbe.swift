internal import CRdKafka
internal import Synchronization

/// Finds out whether a cluster answers, with one question for all who ask at the same time.
final class MetadataProbe: Sendable {
    private typealias Caller = CheckedContinuation<Result<Void, KafkaError>, Never>

    private static let timeoutMilliseconds: Int32 = 3000

    private let callers = Mutex<[Caller]>([])

    /// Returns once the cluster has answered. Cancellation does not cut the wait short; the timeout does.
    func ask(_ client: Client) async throws(KafkaError) {
        let result = await withCheckedContinuation { caller in
            let isFirst = callers.withLock { callers in
                callers.append(caller)
                return callers.count == 1
            }
            guard isFirst else { return }
            OwnThread.start(named: "kafka-ping") {
                let result = Result { () throws(KafkaError) in try client.fetchMetadata(Self.timeoutMilliseconds) }
                let waiting = self.callers.withLock { callers in
                    defer { callers = [] }
                    return callers
                }
                waiting.forEach { $0.resume(returning: result) }
            }
        }
        try result.get()
    }
}

extension Client {
    /// Blocks until a broker has answered.
    fileprivate func fetchMetadata(_ timeoutMilliseconds: Int32) throws(KafkaError) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(handle, 0, nil, &metadata, timeoutMilliseconds)
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, action: "be reached") }
    }
}

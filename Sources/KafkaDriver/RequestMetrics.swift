internal import Metrics

/// How long batches of records take, and how many of them fail: `usher_store_request_duration_seconds` and
/// `usher_store_request_failures_total`, with the label `store`.
struct RequestMetrics: Sendable {
    private let duration = Timer(
        label: "usher_store_request_duration_seconds", dimensions: [("store", "kafka")])
    private let failures = Counter(
        label: "usher_store_request_failures_total", dimensions: [("store", "kafka")])

    /// Sends a batch, and measures it.
    func measure(
        _ send: () async -> [Result<KafkaDelivery, KafkaError>]
    ) async -> [Result<KafkaDelivery, KafkaError>] {
        let start = ContinuousClock.now
        let outcomes = await send()
        duration.record(duration: start.duration(to: .now))
        if outcomes.contains(where: { if case .failure = $0 { true } else { false } }) { failures.increment() }
        return outcomes
    }
}

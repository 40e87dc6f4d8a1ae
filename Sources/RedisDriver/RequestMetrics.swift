internal import Metrics

/// How long requests take, and how many fail: `usher_store_request_duration_seconds` and
/// `usher_store_request_failures_total`, with the label `store`.
struct RequestMetrics: Sendable {
    private let duration = Timer(
        label: "usher_store_request_duration_seconds", dimensions: [("store", "redis")])
    private let failures = Counter(
        label: "usher_store_request_failures_total", dimensions: [("store", "redis")])

    /// Makes a request, and measures it.
    func measure<Answer, Failure>(
        _ request: () async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        let start = ContinuousClock.now
        defer { duration.record(duration: start.duration(to: .now)) }
        do {
            return try await request()
        } catch {
            failures.increment()
            throw error
        }
    }

    /// Makes requests that travel together, and measures them as one.
    func measure<Answer, Failure>(
        _ requests: () async -> [Result<Answer, Failure>]
    ) async -> [Result<Answer, Failure>] {
        let start = ContinuousClock.now
        let answers = await requests()
        duration.record(duration: start.duration(to: .now))
        for case .failure in answers { failures.increment() }
        return answers
    }
}

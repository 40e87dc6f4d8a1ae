import Metrics

/// What the gateway is asked, with what result and how fast: `usher_payment_requests_total` and
/// `usher_payment_request_duration_seconds`.
struct PaymentMetrics: Sendable {
    /// What the gateway is asked for.
    enum Operation: String, CaseIterable {
        case charge, refund
        case lookUp = "look_up"
    }

    private struct Meters {
        let duration: Timer
        /// Made once, since this is how nearly all requests end.
        let answered: Counter

        init(_ operation: Operation) {
            duration = Timer(
                label: "usher_payment_request_duration_seconds", dimensions: [("operation", operation.rawValue)])
            answered = PaymentMetrics.counter(operation, "answered")
        }
    }

    private let meters = Dictionary(uniqueKeysWithValues: Operation.allCases.map { ($0, Meters($0)) })

    /// Makes a request, and measures it.
    func measure<Answer>(
        _ operation: Operation, _ request: () async throws(PaymentError) -> Answer
    ) async throws(PaymentError) -> Answer {
        let start = ContinuousClock.now
        defer { meters[operation]?.duration.record(duration: start.duration(to: .now)) }
        do {
            let answer = try await request()
            meters[operation]?.answered.increment()
            return answer
        } catch {
            Self.counter(operation, "\(error.code)").increment()
            throw error
        }
    }

    private static func counter(_ operation: Operation, _ result: String) -> Counter {
        Counter(
            label: "usher_payment_requests_total",
            dimensions: [("operation", operation.rawValue), ("result", result)])
    }
}

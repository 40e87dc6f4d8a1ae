import Metrics

/// What the gateway is asked, with what result and how fast: `usher_payment_requests_total` and
/// `usher_payment_request_duration_seconds`.
struct PaymentMetrics: Sendable {
    /// What the gateway is asked for.
    enum Operation: String, CaseIterable {
        case charge, refund
        case lookUp = "look_up"
    }

    private let durations = Dictionary(
        uniqueKeysWithValues: Operation.allCases.map { operation in
            let dimensions = [("operation", operation.rawValue)]
            return (operation, Timer(label: "usher_payment_request_duration_seconds", dimensions: dimensions))
        })

    /// Makes a request, and measures it.
    func measure<Answer>(
        _ operation: Operation, _ request: () async throws(PaymentError) -> Answer
    ) async throws(PaymentError) -> Answer {
        let start = ContinuousClock.now
        defer { durations[operation]?.record(duration: start.duration(to: .now)) }
        do {
            let answer = try await request()
            count(operation, "answered")
            return answer
        } catch {
            count(operation, "\(error.code)")
            throw error
        }
    }

    private func count(_ operation: Operation, _ result: String) {
        let dimensions = [("operation", operation.rawValue), ("result", result)]
        Counter(label: "usher_payment_requests_total", dimensions: dimensions).increment()
    }
}

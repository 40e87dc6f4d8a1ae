import Inventory
import Metrics
import Synchronization

/// The circuit breaker before the gateway, shared by all workers.
///
/// Its state is the gauge `usher_payment_breaker_state`: 0 closed, 1 half open, 2 open.
final class PaymentBreaker: Sendable {
    private let breaker: Mutex<CircuitBreaker>
    private let gauge = Gauge(label: "usher_payment_breaker_state")
    private let clock: any BookingClock

    init(policy: PaymentPolicy, clock: any BookingClock) {
        breaker = Mutex(CircuitBreaker(threshold: policy.breakerThreshold, pause: policy.breakerPause))
        self.clock = clock
        gauge.record(0)
    }

    /// Makes a call and takes note of its outcome; a refusal for good is a clear answer too, and so is a refund on its way.
    ///
    /// - Throws: What the call throws; `unavailable` at once, without a call, while the breaker is open.
    func run<Answer>(_ call: () async throws(PaymentError) -> Answer) async throws(PaymentError) -> Answer {
        guard change({ $0.permitsCall(at: clock.now) }) else {
            throw PaymentError(.unavailable, "The payment service does not answer at present. Try again in a minute.")
        }
        do {
            let answer = try await call()
            change { $0.succeed() }
            return answer
        } catch {
            change { breaker in
                switch error.code {
                case .declined, .pending: breaker.succeed()
                case .unavailable, .unanswered: breaker.fail(at: clock.now)
                }
            }
            throw error
        }
    }

    @discardableResult
    private func change<Answer>(_ body: (inout CircuitBreaker) -> Answer) -> Answer {
        breaker.withLock { breaker in
            let before = breaker.state
            let answer = body(&breaker)
            if breaker.state != before { gauge.record(breaker.state.reading) }
            return answer
        }
    }
}

extension CircuitBreaker.State {
    fileprivate var reading: Int {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}

import Inventory
import ServiceLifecycle

/// Asks the gateway for what one node needs of it: each call timed, and none made while the gateway does not answer.
public struct PaymentCollector: Sendable {
    private let gateway: any PaymentGateway
    private let policy: PaymentPolicy
    private let clock: any BookingClock
    private let random: any RandomSource
    private let breaker: PaymentBreaker
    private let metrics = PaymentMetrics()

    /// Makes a collector, one for all who ask the same gateway.
    public init(
        gateway: any PaymentGateway, policy: PaymentPolicy, clock: any BookingClock,
        random: any RandomSource = SystemRandomSource()
    ) {
        self.gateway = gateway
        self.policy = policy
        self.clock = clock
        self.random = random
        breaker = PaymentBreaker(policy: policy, clock: clock)
    }

    /// Collects the payment of a booking: failed tries are repeated with the same idempotency key, and one whose outcome is
    /// unknown is looked up.
    ///
    /// - Returns: The gateway's id of the charge.
    /// - Throws: `PaymentError`; `unanswered` when any of the tries may have charged.
    func collect(_ charge: Charge) async throws(PaymentError) -> String {
        var doubt: PaymentError?
        var failure = PaymentError(.unavailable, "The payment was not tried.")
        for attempt in 0..<policy.tries {
            if attempt > 0, await !pause(after: attempt) { break }
            do {
                return try await ask(.charge) { gateway throws(PaymentError) in try await gateway.charge(charge) }
            } catch {
                guard error.code != .declined else { throw error }
                if error.code == .unanswered { doubt = error }
                failure = error
            }
        }
        guard let doubt else { throw failure }
        return try await outcome(of: charge, after: doubt)
    }

    /// Asks what became of a charge that may have been made.
    private func outcome(of charge: Charge, after doubt: PaymentError) async throws(PaymentError) -> String {
        for attempt in 0..<policy.lookUps {
            if attempt > 0, await !pause(after: attempt) { break }
            if Task.isCancelled || Task.isShuttingDownGracefully { break }
            switch try? await lookUp(charge) {
            case .succeeded(let paymentID): return paymentID
            case .declined: throw PaymentError(.declined, "The payment was declined.")
            // What the gateway has not seen may still be on its way to it.
            case .pending, .unknown, nil: continue
            }
        }
        throw doubt
    }

    /// Finds out what became of a charge, in one try.
    func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        try await ask(.lookUp) { gateway throws(PaymentError) in try await gateway.lookUp(charge) }
    }

    /// Gives money back, in one try.
    func refund(_ refund: Refund) async throws(PaymentError) {
        try await ask(.refund) { gateway throws(PaymentError) in try await gateway.refund(refund) }
    }

    private func ask<Answer: Sendable>(
        _ operation: PaymentMetrics.Operation,
        _ call: @escaping @Sendable (any PaymentGateway) async throws(PaymentError) -> Answer
    ) async throws(PaymentError) -> Answer {
        try await breaker.run { () async throws(PaymentError) in
            try await metrics.measure(operation) { () async throws(PaymentError) in
                try await inTime { () async throws(PaymentError) in try await call(gateway) }
            }
        }
    }

    private func inTime<Answer: Sendable>(
        _ call: @escaping @Sendable () async throws(PaymentError) -> Answer
    ) async throws(PaymentError) -> Answer {
        let outcome = await withTaskGroup(of: Result<Answer, PaymentError>?.self) { group in
            group.addTask { await Result(catching: call) }
            group.addTask {
                try? await clock.sleep(until: clock.now + policy.timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let outcome else {
            throw PaymentError(.unanswered, "The payment service did not answer in time.")
        }
        return try outcome.get()
    }

    /// - Returns: Whether the pause is over; false when it was cut off.
    private func pause(after attempts: Int) async -> Bool {
        var longest = policy.firstPause
        for _ in 1..<attempts where longest < policy.longestPause { longest *= 2 }
        let pause = random.duration(upTo: min(longest, policy.longestPause))
        do {
            try await cancellableByShutdown { try await clock.sleep(until: clock.now + pause) }
            return true
        } catch {
            return false
        }
    }
}

extension Result {
    fileprivate init(catching body: () async throws(Failure) -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

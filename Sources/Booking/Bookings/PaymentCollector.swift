import Inventory

/// How a payment is tried.
public struct PaymentPolicy: Sendable {
    /// How long one try may take.
    public let timeout: Duration
    /// Tries with the same idempotency key until the payment counts as unavailable.
    public let tries: Int
    /// The pause after the first failed try; it doubles with each.
    public let firstPause: Duration

    /// Describes how a payment is tried.
    public init(timeout: Duration = .seconds(5), tries: Int = 3, firstPause: Duration = .milliseconds(100)) {
        self.timeout = timeout
        self.tries = tries
        self.firstPause = firstPause
    }
}

/// Asks the gateway: each call timed, failed charges repeated with the same idempotency key.
public struct PaymentCollector: Sendable {
    private let gateway: any PaymentGateway
    private let policy: PaymentPolicy
    private let clock: any BookingClock

    /// Makes a collector on a gateway.
    public init(gateway: any PaymentGateway, policy: PaymentPolicy, clock: any BookingClock) {
        self.gateway = gateway
        self.policy = policy
        self.clock = clock
    }

    /// Collects the payment of a booking.
    ///
    /// - Throws: `PaymentError`; `unanswered` when any of the tries may have charged.
    func collect(_ charge: Charge) async throws(PaymentError) -> String {
        var pause = policy.firstPause
        var doubt: PaymentError?
        for attempt in 1... {
            do {
                return try await inTime { () async throws(PaymentError) in try await gateway.charge(charge) }
            } catch {
                guard error.code != .declined else { throw error }
                if error.code == .unanswered { doubt = error }
                guard attempt < policy.tries, await rest(for: pause) else { throw doubt ?? error }
                pause *= 2
            }
        }
        throw PaymentError(.unavailable, "The payment was not tried.")
    }

    /// Finds out what became of a charge, in one try.
    func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        try await inTime { () async throws(PaymentError) in try await gateway.lookUp(charge) }
    }

    /// Gives money back, in one try.
    func refund(_ refund: Refund) async throws(PaymentError) {
        try await inTime { () async throws(PaymentError) in try await gateway.refund(refund) }
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
    private func rest(for pause: Duration) async -> Bool {
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

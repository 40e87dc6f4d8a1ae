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

/// Collects the payment of a booking: each try timed, failed ones repeated with the same idempotency key.
struct PaymentCollector: Sendable {
    let gateway: any PaymentGateway
    let policy: PaymentPolicy
    let clock: any BookingClock

    func collect(_ charge: Charge) async throws(PaymentError) -> String {
        var pause = policy.firstPause
        for attempt in 1... {
            do {
                return try await chargeInTime(charge)
            } catch  where error.code == .unavailable && attempt < policy.tries {
                try await rest(for: pause)
                pause *= 2
            }
        }
        throw PaymentError(.unavailable, "The payment was not tried.")
    }

    private func chargeInTime(_ charge: Charge) async throws(PaymentError) -> String {
        let outcome = await withTaskGroup(of: Result<String, PaymentError>?.self) { group in
            group.addTask {
                await Result { () async throws(PaymentError) in try await gateway.charge(charge) }
            }
            group.addTask {
                try? await clock.sleep(until: clock.now + policy.timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let outcome else {
            throw PaymentError(.unavailable, "The payment service did not answer in time.")
        }
        return try outcome.get()
    }

    private func rest(for pause: Duration) async throws(PaymentError) {
        do {
            try await cancellableByShutdown { try await clock.sleep(until: clock.now + pause) }
        } catch {
            throw PaymentError(.unavailable, "The payment was interrupted.")
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

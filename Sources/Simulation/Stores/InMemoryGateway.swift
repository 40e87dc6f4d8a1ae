public import Booking
import Inventory
import Synchronization

/// A gateway in memory that knows the tokens of the simulated gateway and remembers its charges and refunds.
public final class InMemoryGateway: PaymentGateway {
    private struct Books {
        /// By idempotency key.
        var charges: [String: (charge: Charge, madeAt: Moment)] = [:]
        var refunds: [String: Refund] = [:]
    }

    private let books = Mutex(Books())
    private let clock: any BookingClock

    /// Makes a gateway that has charged nothing.
    public init(clock: any BookingClock) {
        self.clock = clock
    }

    /// The charges that were made, by idempotency key.
    public var made: [String: Charge] {
        books.withLock { $0.charges.filter { isDue($0.value.madeAt) }.mapValues(\.charge) }
    }

    /// The charges that were given back, by idempotency key.
    public var refunded: [String: Refund] { books.withLock { $0.refunds } }

    public func charge(_ charge: Charge) async throws(PaymentError) -> String {
        try await self.charge(charge, idempotencyKey: charge.idempotencyKey)
    }

    /// Charges under another key than the charge's own.
    public func charge(_ charge: Charge, idempotencyKey key: String) async throws(PaymentError) -> String {
        switch charge.token {
        case "tok_visa":
            record(charge, key)
        case "tok_timeout":
            if record(charge, key) { try await sleep(until: Moment(nanoseconds: .max)) }
        case "tok_error":
            throw PaymentError(.unavailable, "The payment service failed.")
        default:
            if let delay = charge.delay(after: "tok_slow_") {
                try await sleep(until: clock.now + delay)
                record(charge, key)
            } else if let delay = charge.delay(after: "tok_late_") {
                record(charge, key, after: delay)
                throw PaymentError(.unanswered, "The payment service lost its answer.")
            } else {
                throw PaymentError(.declined, "The card was declined.")
            }
        }
        return Self.id(ofKey: key)
    }

    public func refund(_ refund: Refund) async throws(PaymentError) {
        try books.withLock { books throws(PaymentError) in
            let isCharged = books.charges.contains { key, entry in
                Self.id(ofKey: key) == refund.paymentID && isDue(entry.madeAt)
                    && entry.charge.amountMinor >= refund.amountMinor && entry.charge.currency == refund.currency
            }
            guard isCharged else { throw PaymentError(.declined, "There is no such charge to give back.") }
            books.refunds[refund.idempotencyKey] = refund
        }
    }

    public func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        let key = charge.idempotencyKey
        guard let madeAt = books.withLock({ $0.charges[key]?.madeAt }) else { return .unknown }
        return isDue(madeAt) ? .succeeded(paymentID: Self.id(ofKey: key)) : .pending
    }

    private static func id(ofKey key: String) -> String { "ch_\(key)" }

    private func isDue(_ moment: Moment) -> Bool { moment <= clock.now }

    /// - Returns: Whether the charge is new.
    @discardableResult
    private func record(_ charge: Charge, _ key: String, after delay: Duration = .zero) -> Bool {
        let madeAt = clock.now + delay
        return books.withLock { books in
            guard books.charges[key] == nil else { return false }
            books.charges[key] = (charge, madeAt)
            return true
        }
    }

    private func sleep(until moment: Moment) async throws(PaymentError) {
        do {
            try await clock.sleep(until: moment)
        } catch {
            throw PaymentError(.unanswered, "The payment was interrupted.")
        }
    }
}

extension Charge {
    /// The milliseconds that the token has after `prefix`; nil when it is another token.
    fileprivate func delay(after prefix: String) -> Duration? {
        guard token.hasPrefix(prefix), let milliseconds = UInt32(token.dropFirst(prefix.count)) else { return nil }
        return .milliseconds(milliseconds)
    }
}

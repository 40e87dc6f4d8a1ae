public import Booking
import Inventory
import Synchronization

/// A gateway in memory that knows the tokens of the simulated gateway and remembers its charges.
public final class InMemoryGateway: PaymentGateway {
    private let charges = Mutex<[String: Charge]>([:])
    private let clock: any BookingClock

    /// Makes a gateway that has charged nothing.
    public init(clock: any BookingClock) {
        self.clock = clock
    }

    /// The charges that were made, by idempotency key.
    public var made: [String: Charge] { charges.withLock { $0 } }

    public func charge(_ charge: Charge) async throws(PaymentError) -> String {
        try await self.charge(charge, idempotencyKey: charge.idempotencyKey)
    }

    /// Charges under another key than the charge's own.
    public func charge(_ charge: Charge, idempotencyKey key: String) async throws(PaymentError) -> String {
        switch charge.token {
        case "tok_visa":
            record(charge, key)
        case "tok_timeout":
            if record(charge, key) { await neverAnswer() }
        case "tok_error":
            throw PaymentError(.unavailable, "The payment service failed.")
        default:
            try await answerLate(charge)
            record(charge, key)
        }
        return "ch_\(key)"
    }

    /// - Returns: Whether the charge is new.
    @discardableResult
    private func record(_ charge: Charge, _ key: String) -> Bool {
        charges.withLock { $0.updateValue(charge, forKey: key) == nil }
    }

    /// Waits as long as `tok_slow_<ms>` says; any other token is declined.
    private func answerLate(_ charge: Charge) async throws(PaymentError) {
        let prefix = "tok_slow_"
        guard charge.token.hasPrefix(prefix), let milliseconds = UInt32(charge.token.dropFirst(prefix.count)) else {
            throw PaymentError(.declined, "The card was declined.")
        }
        do {
            try await clock.sleep(until: clock.now + .milliseconds(milliseconds))
        } catch {
            throw PaymentError(.unavailable, "The payment was interrupted.")
        }
    }

    /// Until the caller gives up.
    private func neverAnswer() async {
        try? await clock.sleep(until: Moment(nanoseconds: .max))
    }
}

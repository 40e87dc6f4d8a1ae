public import Inventory

/// Takes the money.
public protocol PaymentGateway: Sendable {
    /// Charges once per idempotency key, however often it is called with that key.
    ///
    /// - Returns: The gateway's id of the charge.
    /// - Throws: `PaymentError`; `declined` is final, `unavailable` may be tried again with the same key.
    func charge(_ charge: Charge) async throws(PaymentError) -> String
}

/// One charge to be made.
public struct Charge: Hashable, Sendable {
    /// The booking that is paid for.
    public let booking: BookingID
    /// The amount, in the currency's minor unit.
    public let amountMinor: Int64
    /// ISO 4217.
    public let currency: String
    /// The gateway's reference to the means of payment.
    public let token: String

    /// The same for every try at paying for this booking. A booking makes one attempt; another card is another booking.
    public var idempotencyKey: String { "\(booking.own)-1" }

    /// Describes a charge.
    public init(booking: BookingID, amountMinor: Int64, currency: String, token: String) {
        self.booking = booking
        self.amountMinor = amountMinor
        self.currency = currency
        self.token = token
    }
}

/// Why a charge was not made, or is not known to have been.
public struct PaymentError: Error, Hashable, Sendable {
    /// What kind of failure.
    public enum Code: Hashable, Sendable {
        /// The means of payment was refused; nothing was charged.
        case declined
        /// The gateway failed or did not answer; the same key may be tried again.
        case unavailable
    }

    /// What kind of failure.
    public let code: Code
    /// What happened, for a person.
    public let message: String

    /// Describes a failure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

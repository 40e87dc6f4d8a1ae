public import Inventory

/// Takes the money, and gives it back.
public protocol PaymentGateway: Sendable {
    /// Charges once per idempotency key, however often it is called with that key.
    ///
    /// - Returns: The gateway's id of the charge.
    /// - Throws: `PaymentError`; `declined` is final, the others may be tried again with the same key.
    func charge(_ charge: Charge) async throws(PaymentError) -> String

    /// Gives a charge's money back, or a part of it, once per booking, however often it is called.
    ///
    /// It returns when the money has been given back. What is on its way is `pending` until then.
    ///
    /// - Throws: `PaymentError`. `declined` says that no money goes back: there is no such charge, or its refund failed.
    func refund(_ refund: Refund) async throws(PaymentError)

    /// Finds out what became of a charge that may have been made.
    ///
    /// A try that is still on its way may be made after this has answered `unknown`.
    ///
    /// - Throws: `PaymentError`, never `declined`.
    func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState
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

/// What a gateway knows of a charge.
public enum ChargeState: Hashable, Sendable {
    /// It was made.
    case succeeded(paymentID: String)
    /// It was refused; nothing was charged.
    case declined
    /// It is being made, or waits for somebody else.
    case pending
    /// The gateway has never seen it.
    case unknown
}

/// What is to be given back of one charge: all of it, or less a fee.
public struct Refund: Hashable, Sendable {
    /// The booking that was paid for.
    public let booking: BookingID
    /// The gateway's id of the charge.
    public let paymentID: String
    /// What is given back, in the currency's minor unit; the charge's amount at most.
    public let amountMinor: Int64
    /// ISO 4217.
    public let currency: String

    /// The same for every try. A booking is charged once, so there is one refund at most.
    public var idempotencyKey: String { "\(booking.own)-refund" }

    /// Describes a refund.
    public init(booking: BookingID, paymentID: String, amountMinor: Int64, currency: String) {
        self.booking = booking
        self.paymentID = paymentID
        self.amountMinor = amountMinor
        self.currency = currency
    }
}

/// Why a charge or a refund was not made, or is not known to have been.
public struct PaymentError: Error, Hashable, Sendable {
    /// What kind of failure.
    public enum Code: Hashable, Sendable {
        /// It was refused for good; no money has moved.
        case declined
        /// The gateway could not be reached or refused to work; this try has moved no money, and the same key may be tried
        /// again.
        case unavailable
        /// The gateway did not say what it did: money may have moved. The same key may be tried again.
        case unanswered
        /// The gateway has taken the refund up, and it has not arrived yet; the same key tells later whether it has. Of
        /// refunds only.
        case pending
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

public import Inventory

/// What a gateway tells of a charge unasked.
public struct PaymentNotice: Hashable, Sendable {
    /// What became of the charge.
    public enum State: Hashable, Sendable {
        /// It was made.
        case succeeded(paymentID: String, amountMinor: Int64, currency: String)
        /// It was refused; nothing was charged.
        case failed
    }

    /// The booking that was to be paid for.
    public let booking: BookingID
    /// What became of the charge.
    public let state: State

    /// Describes a notice.
    public init(booking: BookingID, state: State) {
        self.booking = booking
        self.state = state
    }
}

/// Reads what a gateway sends by itself, and refuses what anybody else sends.
public protocol PaymentNoticeReader: Sendable {
    /// Checks that the gateway has sent a message, and reads it.
    ///
    /// A gateway may send a notice several times, and notices in any order.
    ///
    /// - Parameters:
    ///   - body: The message, byte for byte.
    ///   - header: Gives the value of a header field by its name, in any case.
    /// - Returns: The notice; nil when the message is about something else.
    /// - Throws: `PaymentNoticeError`
    func notice(
        body: [UInt8], header: (_ name: String) -> String?
    ) throws(PaymentNoticeError) -> PaymentNotice?
}

/// Why a message is not taken for a gateway's.
public struct PaymentNoticeError: Error, Hashable, Sendable {
    /// What kind of failure.
    public enum Code: Hashable, Sendable {
        /// The signature is missing, wrong, or too old.
        case invalidSignature
        /// The gateway has signed something that cannot be read.
        case malformed
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

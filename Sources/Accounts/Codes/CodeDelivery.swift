public import Booking

/// Brings one-time codes to their users.
public protocol CodeDelivery: Sendable {
    /// Takes a code to be delivered, and returns at once: how long it takes must not tell whether there is an account.
    ///
    /// When too many wait to be delivered, this one is dropped; its user will ask for another.
    func deliver(_ code: OneTimeCode)
}

/// A code that signs a user in, once.
public struct OneTimeCode: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Where it goes.
    public let email: String
    /// Six digits.
    public let digits: String
    /// When it was made.
    public let madeAt: Timestamp
    /// From then on it is refused.
    public let expiresAt: Timestamp

    /// Says nothing of the digits, lest they end up in a log.
    public var description: String { "<one-time code>" }

    /// Shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a ticket cannot be made or is none.
public struct TicketError: Error, Sendable, CustomStringConvertible {
    /// What callers branch on.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as logs show it.
        public let description: String

        /// The text is no ticket's token at all.
        public static let malformed = Self(description: "malformed")
        /// The token is of a format that came later.
        public static let unknownVersion = Self(description: "unknown_version")
        /// The signature is not ours: a forgery, or a ticket of another house.
        public static let forged = Self(description: "forged")
        /// The key is no Ed25519 key.
        public static let invalidKey = Self(description: "invalid_key")
        /// The cryptographic library refused to sign.
        public static let notSigned = Self(description: "not_signed")
    }

    /// What callers branch on.
    public var code: Code
    /// What happened, and what to do.
    public var message: String
    /// The error below, where there is one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, and the cause behind it.
    public var description: String {
        cause.map { "\(message): \($0)" } ?? message
    }
}

/// Why an account or a token was refused.
public struct AccountsError: Error, Sendable, CustomStringConvertible {
    /// The kind of refusal; its raw value is the `code` that the API's clients see, and never changes.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code as clients see it.
        public let rawValue: String

        /// Names a code.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The address cannot be one that mail reaches.
        public static let invalidEmail = Self(rawValue: "invalid_email")
        /// The password is too short, too long, or holds a NUL.
        public static let invalidPassword = Self(rawValue: "invalid_password")
        /// The name is empty, too long, or holds control characters.
        public static let invalidName = Self(rawValue: "invalid_name")
        /// Another account has the address.
        public static let emailTaken = Self(rawValue: "email_taken")
        /// Address and password do not belong together; which of them is wrong is not told.
        public static let invalidCredentials = Self(rawValue: "invalid_credentials")
        /// The token was not issued here, or not for this use.
        public static let invalidToken = Self(rawValue: "invalid_token")
        /// The token was good until its time ran out.
        public static let tokenExpired = Self(rawValue: "token_expired")
        /// There is no such user.
        public static let userNotFound = Self(rawValue: "user_not_found")
        /// Too many passwords wait to be hashed, or too many statements to be run; try again shortly.
        public static let busy = Self(rawValue: "busy")
        /// The store of users did not answer, or not with what was asked for.
        public static let databaseUnavailable = Self(rawValue: "database_unavailable")
        /// A secret, a cost or a lifetime in the configuration is out of its bounds; only thrown at start.
        public static let invalidConfiguration = Self(rawValue: "invalid_configuration")
    }

    /// The kind of refusal.
    public let code: Code
    /// What happened and what to do about it, as a sentence.
    public let message: String
    /// The part of the request that is at fault.
    public let field: String?
    /// What lies beneath.
    public let cause: (any Error)?

    init(_ code: Code, _ message: String, field: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.cause = cause
    }

    /// The message, with its cause.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}

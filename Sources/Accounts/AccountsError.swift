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
        /// The token's session has ended: by a logout, a change of the password or the role, or a refresh token's reuse.
        public static let tokenRevoked = Self(rawValue: "token_revoked")
        /// The refresh token was not issued here, has expired, or its session has ended.
        public static let invalidRefreshToken = Self(rawValue: "invalid_refresh_token")
        /// The refresh token was used before: it may have been stolen, so its session has been ended.
        public static let refreshTokenReused = Self(rawValue: "refresh_token_reused")
        /// The one-time code is wrong, used, too old, or was guessed at too often; which of these is not told.
        public static let invalidCode = Self(rawValue: "invalid_code")
        /// The current password, which a change of the password asks for, is wrong.
        public static let wrongPassword = Self(rawValue: "wrong_password")
        /// Too many passwords or codes in a row were wrong; see `retryAfter`.
        public static let tooManyAttempts = Self(rawValue: "too_many_attempts")
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
    /// How long to wait before the next try.
    public let retryAfter: Duration?
    /// What lies beneath.
    public let cause: (any Error)?

    init(
        _ code: Code, _ message: String, field: String? = nil, retryAfter: Duration? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// The message, with its cause.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}

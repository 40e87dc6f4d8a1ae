/// A way for mail to leave.
public protocol MailTransport: Sendable {
    /// Hands the mail over; returns when it can no longer be lost.
    ///
    /// The same mail may come again after a crash, with the same `id`.
    /// - Throws: `MailError`.
    func send(_ mail: Mail) async throws
}

/// Why a mail did not leave. Never names the customer's address.
public struct MailError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as logs show it.
        public let description: String

        /// The settings make no sense; nothing was tried.
        public static let configuration = Self(description: "configuration")
        /// The transport could not be used at all: no connection, no permission, a full disk.
        public static let unavailable = Self(description: "unavailable")
        /// The server wants the mail later (SMTP 4xx).
        public static let deferred = Self(description: "deferred")
        /// The server will never take this mail (SMTP 5xx).
        public static let rejected = Self(description: "rejected")
    }

    /// What kind of failure it is.
    public var code: Code
    /// What happened, to which server or folder, and what to do.
    public var message: String
    /// The error below, where there is one.
    public var cause: (any Error)?

    /// Whether the same mail may go out later.
    public var isTransient: Bool { code == .unavailable || code == .deferred }

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

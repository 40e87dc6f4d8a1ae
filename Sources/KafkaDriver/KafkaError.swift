/// Why the driver could not do what was asked.
public struct KafkaError: Error, Sendable, CustomStringConvertible {
    /// What callers branch on.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, as logs and metrics show it.
        public let description: String

        /// No broker answers; what was sent may arrive once one does. Try again later.
        public static let brokerUnavailable = Code(description: "brokerUnavailable")
        /// The time for this call is over; a record may have been stored all the same.
        public static let timedOut = Code(description: "timedOut")
        /// Too many records wait to be sent; slow down and send again.
        public static let queueFull = Code(description: "queueFull")
        /// The caller was cancelled; a record may be stored all the same.
        public static let cancelled = Code(description: "cancelled")
        /// The client was shut down, or not given the time to finish.
        public static let closed = Code(description: "closed")
        /// A property or an argument is wrong; trying again will not help.
        public static let configuration = Code(description: "configuration")
        /// The topic or partition does not exist.
        public static let unknownTopic = Code(description: "unknownTopic")
        /// The partition went to another member of the group, which will read the message again.
        public static let partitionLost = Code(description: "partitionLost")
        /// The broker refused; the message says why.
        public static let rejected = Code(description: "rejected")
        /// The client can no longer keep its promises and must be replaced.
        public static let fatal = Code(description: "fatal")
    }

    /// What callers branch on.
    public var code: Code

    /// What happened, to which thing, and what to do.
    public var message: String

    /// The error behind this one, if there is one.
    public var cause: (any Error)?

    /// An error of this driver.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, followed by the code and the cause.
    public var description: String {
        cause.map { "\(message) [\(code)], because of: \($0)" } ?? "\(message) [\(code)]"
    }
}

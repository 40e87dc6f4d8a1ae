/// What went wrong between a caller and Redis.
public struct RedisError: Error, Sendable, CustomStringConvertible {
    /// The kind of a failure, for callers who branch on it.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// There is no connection, or it broke.
        public static let connection = Code(description: "connection")
        /// The client was shut down.
        public static let closed = Code(description: "closed")
        /// Too many commands are waiting for their answers. Nothing was sent.
        public static let queueFull = Code(description: "queue full")
        /// Redis did not answer in time. The connection was dropped.
        public static let timeout = Code(description: "timeout")
        /// Redis answered with an error; see ``RedisError/errorPrefix``.
        public static let server = Code(description: "server")
        /// The calling task was cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// The configuration cannot be used.
        public static let configuration = Code(description: "configuration")
        /// The peer does not speak RESP2, or its reply is larger than this client accepts.
        public static let protocolViolation = Code(description: "protocol violation")

        /// The code in words.
        public let description: String
    }

    /// The kind of the failure.
    public var code: Code
    /// What happened, to which thing, and what to do.
    public var message: String
    /// The error below this one.
    public var cause: (any Error)?
    /// The first word of a ``Code/server`` reply: `WRONGTYPE`, `NOSCRIPT`, `OOM`, or a script's own.
    public var errorPrefix: String?
    /// True when the command was sent and its answer did not come: it may or may not have taken effect.
    public var outcomeIsUnknown: Bool

    /// Creates an error.
    public init(
        _ code: Code, _ message: String, cause: (any Error)? = nil, errorPrefix: String? = nil,
        outcomeIsUnknown: Bool = false
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.errorPrefix = errorPrefix
        self.outcomeIsUnknown = outcomeIsUnknown
    }

    /// The error as one line for a person.
    public var description: String {
        var text = "Redis, \(code): \(message)"
        if outcomeIsUnknown { text += " (the command may have taken effect)" }
        if let cause { text += " (cause: \(cause))" }
        return text
    }
}

extension RedisError {
    init(_ reply: RedisServerError) {
        self.init(.server, reply.message, errorPrefix: reply.prefix)
    }

    static var shutDown: RedisError {
        RedisError(.closed, "the client was shut down. Nothing more can be sent through it.")
    }

    static var cancelled: RedisError {
        RedisError(.cancelled, "the calling task was cancelled.")
    }

    func with(outcomeIsUnknown: Bool) -> RedisError {
        var error = self
        error.outcomeIsUnknown = outcomeIsUnknown
        return error
    }
}

/// What went wrong with a statement, a connection or the configuration of PostgreSQL.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// The kind of an error.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The connection could not be made in time, or broke.
        public static let connection = Code(description: "connection")
        /// The client has been shut down.
        public static let closed = Code(description: "closed")
        /// As many statements as the configuration allows are waiting already; nothing was sent.
        public static let queueFull = Code(description: "queueFull")
        /// The server stopped the statement because of its time limit, or does not answer at all.
        public static let timeout = Code(description: "timeout")
        /// The server refused the statement; `sqlState` says why.
        public static let server = Code(description: "server")
        /// A column cannot be decoded as the type that was asked for.
        public static let typeMismatch = Code(description: "typeMismatch")
        /// The configuration makes no sense.
        public static let configuration = Code(description: "configuration")
        /// The calling task was cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// The statement cannot be sent at all: it has too many or too large parameters, or a zero byte in its SQL.
        public static let invalidStatement = Code(description: "invalidStatement")
    }

    /// The kind of the error.
    public var code: Code

    /// What happened, and to what.
    public var message: String

    /// The server's five-character SQLSTATE.
    public var sqlState: String?

    /// The constraint that the statement would have violated.
    public var constraint: String?

    /// The server's detail. It may quote values, so it is not part of `description`; don't log it.
    public var detail: String?

    /// The position of the failed statement in its transaction, from zero.
    public var statementIndex: Int?

    /// Whether the statement may have taken effect all the same: it was sent, and no answer came.
    public var outcomeIsUnknown: Bool

    /// The error beneath this one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil, detail: String? = nil,
        statementIndex: Int? = nil, outcomeIsUnknown: Bool = false, cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.detail = detail
        self.statementIndex = statementIndex
        self.outcomeIsUnknown = outcomeIsUnknown
        self.cause = cause
    }

    /// Whether a unique index refused the row; `constraint` names it.
    public var isUniqueViolation: Bool { sqlState == "23505" }

    /// The error in a sentence, without values of the statement.
    public var description: String {
        var description = "PostgreSQL \(code): \(message)"
        if let sqlState { description += " (SQLSTATE \(sqlState))" }
        if let constraint { description += " (constraint \(constraint))" }
        if let statementIndex { description += " (statement \(statementIndex) of its transaction)" }
        if outcomeIsUnknown { description += "; it was sent and may have taken effect, so look before trying again" }
        if let cause { description += ", because: \(cause)" }
        return description
    }
}

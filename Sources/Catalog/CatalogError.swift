import Inventory

/// Why an event or a query was refused.
public struct CatalogError: Error, Sendable, CustomStringConvertible {
    /// The kind of refusal; its raw value is the `code` that the API's clients see, and never changes.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code as clients see it.
        public let rawValue: String

        /// Names a code.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The event cannot be sold as described.
        public static let invalidEvent = Self(rawValue: "invalid_event")
        /// There is no such event.
        public static let eventNotFound = Self(rawValue: "event_not_found")
        /// The event is not what the change was meant for any more: somebody else has changed it.
        public static let eventChanged = Self(rawValue: "event_changed")
        /// The event is cancelled and does not change any more.
        public static let eventCancelled = Self(rawValue: "event_cancelled")
        /// The cursor was not made here.
        public static let invalidCursor = Self(rawValue: "invalid_cursor")
        /// The query is out of its bounds.
        public static let invalidQuery = Self(rawValue: "invalid_query")
        /// The store of events did not answer, or not with what was asked for.
        public static let databaseUnavailable = Self(rawValue: "database_unavailable")
    }

    /// The kind of refusal.
    public let code: Code
    /// What happened and what to do about it, as a sentence.
    public let message: String
    /// The part of the request that is at fault, for example `sections[1].rows`.
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

extension CatalogError {
    /// `requirement` ends a sentence that begins with the field.
    static func invalidEvent(_ field: String, _ requirement: String, cause: (any Error)? = nil) -> Self {
        Self(.invalidEvent, "`\(field)` \(requirement).", field: field, cause: cause)
    }

    static func invalidQuery(_ field: String, _ requirement: String) -> Self {
        Self(.invalidQuery, "`\(field)` \(requirement).", field: field)
    }

    /// Names the part of a layout as a client wrote it.
    static func invalidLayout(_ error: LayoutError) -> Self {
        guard let section = error.section else {
            return .invalidEvent(error.field.rawValue, error.requirement, cause: error)
        }
        let path = error.field == .sections ? "sections[\(section)]" : "sections[\(section)].\(error.field.rawValue)"
        return .invalidEvent(path, error.requirement, cause: error)
    }
}

public import Booking

/// Which events to list.
public struct EventQuery: Hashable, Sendable {
    /// A part of the name or the venue, in either case; 200 characters at most.
    public var text: String?
    /// A part of the venue alone, in either case; 200 characters at most.
    public var venue: String?
    /// Events that start then or later.
    public var from: Timestamp?
    /// Events that start before then.
    public var to: Timestamp?
    /// The size of a page, 1 to 100; 20 when nil.
    public var limit: Int?
    /// The `nextCursor` of the page before.
    public var cursor: String?

    /// Asks for events; everything that is nil excludes none.
    public init(
        text: String? = nil, venue: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil, limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.text = text
        self.venue = venue
        self.from = from
        self.to = to
        self.limit = limit
        self.cursor = cursor
    }
}

/// Some of the events that a query matches, the earliest first.
public struct EventPage: Hashable, Sendable {
    /// The events, ordered by start and then by id.
    public let items: [Event]
    /// Asks for the page that follows; nil on the last one.
    public let nextCursor: String?
}

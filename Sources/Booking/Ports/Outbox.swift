public import Inventory

/// The events that are written with the changes they report and wait to be published.
public protocol Outbox: Sendable {
    /// The oldest events, in commit order per shard.
    func pending(limit: Int) async throws(LedgerError) -> [OutboxEvent]

    /// Forgets events that have been delivered.
    func remove(_ events: [OutboxEvent]) async throws(LedgerError)

    /// How much waits to be published.
    func backlog() async throws(LedgerError) -> OutboxBacklog

    /// Returns when events may have been written since the last call, or when `deadline` has come.
    func awaitEvents(until deadline: Moment) async
}

/// How much waits to be published.
public struct OutboxBacklog: Hashable, Sendable {
    /// How many events.
    public let count: Int
    /// When the change was made that has waited longest; nil when none waits.
    public let oldest: Timestamp?

    /// Describes a backlog.
    public init(count: Int, oldest: Timestamp?) {
        self.count = count
        self.oldest = oldest
    }
}

/// An event that reports one change of one booking.
public struct OutboxEvent: Hashable, Sendable {
    /// The shard that wrote it.
    public let shard: Int
    /// Its number in the shard: commit order, without gaps.
    public let sequence: Int64
    /// `usher.booking.confirmed` and the like.
    public let type: String
    /// The offering; events of one offering keep their order.
    public let offering: UniqueID
    /// The booking.
    public let subject: BookingID
    /// When the change was made.
    public let time: Timestamp
    /// The booking as it stands after the change, as JSON.
    public let payload: [UInt8]
    /// The trace of what has led to the change, as `traceparent` and `tracestate` say it (W3C Trace Context).
    public var traceparent: String?
    /// What goes with it.
    public var tracestate: String?

    /// The same wherever the event goes, so that a second delivery can be told.
    public var id: String { "\(shard):\(sequence)" }

    /// Describes an event.
    public init(
        shard: Int, sequence: Int64, type: String, offering: UniqueID, subject: BookingID, time: Timestamp,
        payload: [UInt8]
    ) {
        self.shard = shard
        self.sequence = sequence
        self.type = type
        self.offering = offering
        self.subject = subject
        self.time = time
        self.payload = payload
    }
}

/// Tells other systems what happened.
public protocol EventPublisher: Sendable {
    /// Publishes events, those of each shard in order: once one could not be delivered, none that comes after it in its
    /// shard is, not even by a later call. A consumer then sees no gap, however often it sees an event.
    ///
    /// - Returns: Whether each was delivered, in the order of `events`.
    func publish(_ events: [OutboxEvent]) async -> [Bool]
}

public import Booking
public import Inventory

/// Reads what was recorded of changes.
public protocol AuditLog: Sendable {
    /// What was done to an event and its blocks, the latest first.
    ///
    /// - Parameter number: Only what was recorded before the record of this number; nil for the latest of all.
    /// - Throws: `AuditLogUnavailable`.
    func records(
        of event: UniqueID, before number: Int64?, limit: Int
    ) async throws(AuditLogUnavailable) -> [AuditRecord]
}

/// Who has done what to what, and when.
public struct AuditRecord: Hashable, Sendable {
    /// Tells it from others; a later one has a greater number, mostly.
    public let number: Int64
    /// When.
    public let time: Timestamp
    /// Who; nil for whoever runs the node.
    public let user: UniqueID?
    /// The id of the request that asked for it; nil when none did.
    public let requestID: String?
    /// A word of `AuditedChange.Action`, or one of another version of Usher.
    public let action: String
    /// Which event, block or user.
    public let subject: UniqueID
    /// The names of the fields that have become others.
    public let fields: [String]

    /// Describes a record.
    public init(
        number: Int64, time: Timestamp, user: UniqueID?, requestID: String?, action: String, subject: UniqueID,
        fields: [String]
    ) {
        self.number = number
        self.time = time
        self.user = user
        self.requestID = requestID
        self.action = action
        self.subject = subject
        self.fields = fields
    }
}

/// The database did not answer.
public struct AuditLogUnavailable: Error, CustomStringConvertible {
    /// What the database, or the way to it, said.
    public let cause: any Error

    /// For people.
    public var description: String { "The database of changes did not answer. Try again shortly. (\(cause))" }
}

public import Inventory
public import PostgresDriver

/// What is done to something, to be recorded in the same step as it is done.
public struct AuditedChange: Hashable, Sendable {
    /// The words of the record: stable, since programs read them. Before the dot stands the kind of what is changed.
    public enum Action: String, Sendable {
        case eventCreated = "event.created"
        case eventChanged = "event.changed"
        case eventCancelled = "event.cancelled"
        case blockMade = "block.made"
        case blockLifted = "block.lifted"
        case passwordChanged = "user.password_changed"
        case roleChanged = "user.role_changed"
    }

    /// What is done.
    public let action: Action
    /// To which event, block or user.
    public let subject: UniqueID
    /// The event that it is part of; nil when it is part of none.
    public let event: UniqueID?
    /// The names of the fields that become others, as the API calls them; never what is in them.
    public let fields: [String]

    /// Describes a change.
    public init(_ action: Action, of subject: UniqueID, event: UniqueID? = nil, fields: [String] = []) {
        self.action = action
        self.subject = subject
        self.event = event
        self.fields = fields
    }
}

extension PostgresStatement {
    /// This statement, which also records a change by the current author: if it returns a row, and only then.
    public func recording(_ change: AuditedChange) -> PostgresStatement {
        let author = Author.current
        func parameter(_ number: Int) -> String { "$\(parameters.count + number)" }
        return PostgresStatement(
            """
            WITH changed AS (
                \(sql)
            ), recorded AS (
                INSERT INTO audit_log (user_id, request_id, action, subject, event, fields)
                SELECT \((1...6).map(parameter).joined(separator: ", ")) WHERE EXISTS (SELECT FROM changed)
            )
            SELECT * FROM changed
            """,
            parameters + [
                (author?.user).uuid, author.map { .text($0.requestID) } ?? .null, .text(change.action.rawValue),
                .uuid(PostgresUUID(change.subject)), change.event.uuid, .texts(change.fields),
            ])
    }
}

extension UniqueID? {
    fileprivate var uuid: PostgresValue { map { .uuid(PostgresUUID($0)) } ?? .null }
}

import Accounts
import Audit
import Booking
import Catalog
import Hummingbird
import Inventory

/// Who has changed what of an event.
struct AuditRoutes: Sendable {
    let gate: Gate
    let audit: any AuditLog

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/api/events/{id}/audit", for: gate.event(.organizer, .admin)) { request, _, granted in
            try await list(request, of: granted.subject.offering.id)
        }
    }

    private func list(_ request: Request, of event: UniqueID) async throws -> Response {
        let query = Query(request)
        let limit = try query.integer("limit", in: 1...100) ?? 20
        let cursor = try query["cursor"].map { text in
            guard let number = Int64(text), number > 0 else {
                throw BookingError(
                    .invalidCursor, "The cursor is not one that this list gave out. Begin again without one.")
            }
            return number
        }
        // One more than asked for tells whether another page follows.
        let found = try await audit.records(of: event, before: cursor, limit: limit + 1)
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.number.description : nil
        return try .json(ListBody(items: page.map(AuditRecordBody.init), nextCursor: next))
    }
}

/// Who has done what, as organizers read it.
private struct AuditRecordBody: Encodable {
    private struct Subject: Encodable {
        let kind: String
        let id: String
    }

    private let at: String
    private let userID: String?
    private let action: String
    private let subject: Subject
    private let fields: [String]
    private let requestID: String?

    init(_ record: AuditRecord) {
        at = record.time.rfc3339
        userID = record.user?.description
        action = record.action
        subject = Subject(kind: String(record.action.prefix { $0 != "." }), id: record.subject.description)
        fields = record.fields
        requestID = record.requestID
    }

    private enum CodingKeys: String, CodingKey {
        case at, userID = "user_id", action, subject, fields, requestID = "request_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(at, forKey: .at)
        // Null for whoever runs the node, so that clients can rely on the members.
        try container.encode(userID, forKey: .userID)
        try container.encode(action, forKey: .action)
        try container.encode(subject, forKey: .subject)
        try container.encode(fields, forKey: .fields)
        try container.encode(requestID, forKey: .requestID)
    }
}

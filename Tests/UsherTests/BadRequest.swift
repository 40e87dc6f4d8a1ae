import Foundation
import NIOHTTP1
import Testing

/// A request that must be refused, and how.
///
/// `{event}` and the like stand for ids of the scene in which it is sent.
struct BadRequest: Sendable, CustomTestStringConvertible {
    /// Who sends it.
    enum Sender: Hashable {
        case customer, organizer, nobody
        case bearer(String)
        case authorization(String)
    }

    let what: String
    let method: HTTPMethod
    let path: String
    let body: Data?
    let sender: Sender
    let contentType: String
    let status: Int
    let code: String

    var testDescription: String { what }

    init(
        _ what: String, _ method: HTTPMethod, _ path: String, body: String? = nil, by sender: Sender = .customer,
        contentType: String = "application/json", _ status: Int, _ code: String
    ) {
        self.init(
            what, method, path, bytes: body.map { Data($0.utf8) }, by: sender, contentType: contentType, status, code)
    }

    init(
        _ what: String, _ method: HTTPMethod, _ path: String, bytes: Data?, by sender: Sender = .customer,
        contentType: String = "application/json", _ status: Int, _ code: String
    ) {
        self.what = what
        self.method = method
        self.path = path
        body = bytes
        self.sender = sender
        self.contentType = contentType
        self.status = status
        self.code = code
    }

    /// A hold that must be refused.
    static func hold(_ what: String, _ body: String, _ status: Int, _ code: String) -> BadRequest {
        BadRequest(what, .POST, "/api/events/{event}/hold", body: body, status, code)
    }

    /// A booking that must be refused.
    static func booking(_ what: String, _ body: String, _ status: Int, _ code: String) -> BadRequest {
        BadRequest(what, .POST, "/api/booking", body: body, status, code)
    }

    /// A new event that must be refused: a good one with other values in some places.
    static func event(_ what: String, _ good: String, _ bad: String, _ status: Int, _ code: String) -> BadRequest {
        let body = """
            {"name": "Night", "venue": "Hall", "starts_at": "2030-06-01T19:30:00Z", "currency": "EUR",
             "sections": [{"name": "A", "kind": "seated", "rows": 2, "seats_per_row": 3, "price": 100}]}
            """
        precondition(body.contains(good), "the good event has no \(good)")
        return BadRequest(
            what, .POST, "/api/events", body: body.replacing(good, with: bad), by: .organizer, status, code)
    }
}

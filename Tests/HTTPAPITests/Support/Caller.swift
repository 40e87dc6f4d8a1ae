import Accounts
import Booking
import Foundation
import HTTPTypes
import HummingbirdTesting
import Inventory
import NIOCore
import Testing

@testable import HTTPAPI

/// Somebody who calls the API, signed in or not.
struct Caller: Sendable {
    let client: any TestClientProtocol
    let tokens: Tokens
    var token: String?
    var id = UniqueID(high: 0, low: 0)

    func signedIn(as role: Role = .customer) async throws -> Caller {
        var caller = self
        caller.id = SystemIdentifierSource().next(at: Timestamp(millisecondsSince1970: 0))
        caller.token = tokens.issue(userID: caller.id, email: "\(caller.id)@usher.example", role: role).text
        return caller
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ body: String, key: String? = nil) async throws -> Answer {
        try await send(.post, path, body, headers: key.map { [.idempotencyKey: $0] } ?? [:])
    }

    func patch(_ path: String, _ body: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.patch, path, body, headers: headers)
    }

    func delete(_ path: String) async throws -> Answer {
        try await send(.delete, path)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        let bytes = Data(response.body.readableBytesView)
        let answer = Answer(
            status: response.status, headers: response.headers, text: String(decoding: bytes, as: UTF8.self),
            json: (try? JSONValue(bytes)) ?? .missing)
        if response.status.code >= 400, path.hasPrefix("/api") { answer.expectProblem() }
        APIDocument.shared.expectDocumented(answer, to: method, path)
        return answer
    }
}

/// What came back.
struct Answer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let text: String
    let json: JSONValue

    /// The code of a problem, with its status, as in `409 seats_unavailable`.
    var refusal: String { "\(status.code) \(json["code"].string)" }

    subscript(key: String) -> JSONValue { json[key] }

    /// Every refusal has the members that clients rely on.
    func expectProblem() {
        #expect(headers[.contentType] == "application/problem+json")
        #expect(json["status"] == .number(Double(status.code)))
        #expect(json["type"].string == "/problems/\(json["code"].string)")
        #expect(!json["title"].string.isEmpty && !json["detail"].string.isEmpty)
        // A repeated answer names the request that it was first given to.
        if headers[.idempotentReplayed] == nil {
            #expect(json["request_id"].string == headers[HTTPField.Name("X-Request-ID")!])
        }
    }
}

// MARK: - Common steps

extension Caller {
    /// Creates an event as an organizer and returns its path. Section A has 3 rows of 4 seats, FLOOR 10 places.
    func createEvent(_ changes: (String) -> String = { $0 }) async throws -> String {
        let answer = try await signedIn(as: .organizer).post("/api/events", changes(Self.event))
        try #require(answer.status == .created, "\(answer.text)")
        return answer.headers[.location] ?? ""
    }

    static let event = """
        {"name": "Spring Gala", "venue": "Grand Hall", "starts_at": "2027-03-01T19:30:00Z", "currency": "EUR",
         "hold_ttl_seconds": 600, "max_units_per_customer": 10,
         "sections": [{"name": "A", "kind": "seated", "rows": 3, "seats_per_row": 4, "price": 8500},
                      {"name": "FLOOR", "kind": "general", "capacity": 10, "price": 4500}]}
        """

    /// Holds seats and returns the hold's id.
    func hold(_ seats: String..., on event: String) async throws -> String {
        let list = seats.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await post("\(event)/hold", #"{"seats": [\#(list)]}"#)
        try #require(answer.status == .created, "\(answer.text)")
        return answer["hold_id"].string
    }

    func book(_ hold: String, payingWith token: String = "tok_visa") async throws -> Answer {
        try await post("/api/booking", #"{"hold_id": "\#(hold)", "payment": {"token": "\#(token)"}}"#)
    }
}

import HTTPTypes
import Testing

@Suite("Request bodies", .timeLimit(.minutes(1)))
struct RequestBodyTests {
    private static let integer = "must be an integer of 64 bits at most"

    private func refusal(
        of body: String, contentType: String = "application/json"
    ) async throws -> Answer {
        let answers = AsyncStream.makeStream(of: Answer.self)
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            answers.continuation.yield(
                try await visitor.signedIn()
                    .send(.post, "\(event)/hold", body, headers: [.contentType: contentType]))
        }
        return try #require(await answers.stream.first { _ in true })
    }

    @Test(arguments: [
        "", "{", "nonsense", #"{"seats": ["A-1-1"]"#, #"{"seats": ["\ud800"]}"#, #"{"seats": [1e400]}"#, "\u{FEFF}",
        #"{"seats": [NaN]}"#, #"{"seats": ["A-1-1"], "x": -Infinity}"#, #"{"seats": ["A-1-1"], "seats": ["A-1-2"]}"#,
        #"{"seats": ["A-1-1"], "x": {"a": 1, "\u0061": 2}}"#, #"{"seats": ["A-1-1"], "a\u0000": 1}"#,
        #"{"seats": ["A-1-1"], "x": \#(String(repeating: "[", count: 40))\#(String(repeating: "]", count: 40))}"#,
        String(repeating: "[", count: 60_000), String(repeating: #"{"a":"#, count: 10_000),
    ])
    func `what is not JSON is refused`(body: String) async throws {
        let answer = try await refusal(of: body)
        #expect(answer.refusal == "400 invalid_body")
    }

    @Test(arguments: [
        ("[]", "", "must be an object"),
        ("7", "", "must be an object"),
        ("null", "", "must be an object"),
        (#"{"seats": "A-1-1"}"#, "seats", "must be a list"),
        (#"{"seats": [7]}"#, "seats[0]", "must be a string"),
        (#"{"seats": ["A-1-1", null]}"#, "seats[1]", "must be a string, not null"),
        (#"{"accessible": 1}"#, "accessible", "must be true or false"),
        (#"{"best_available": 3}"#, "best_available", "must be an object"),
        (#"{"best_available": {}}"#, "best_available.quantity", "is required"),
        (#"{"best_available": {"quantity": 1, "price_max": 0.5}}"#, "best_available.price_max", Self.integer),
        (#"{"best_available": {"quantity": 1, "adjacent": "no"}}"#, "best_available.adjacent", "must be true or false"),
        (#"{"best_available": {"quantity": 1, "section": 7}}"#, "best_available.section", "must be a string"),
        (#"{"general": {}}"#, "general", "must be a list"),
        (#"{"general": [7]}"#, "general[0]", "must be an object"),
        (#"{"general": [{"quantity": 1}]}"#, "general[0].section", "is required"),
        (#"{"general": [{"section": "FLOOR", "quantity": "1"}]}"#, "general[0].quantity", "must be an integer"),
        (#"{"general": [{"section": "FLOOR", "quantity": true}]}"#, "general[0].quantity", "must be an integer"),
        (#"{"general": [{"section": "FLOOR", "quantity": 1.5}]}"#, "general[0].quantity", Self.integer),
        (#"{"general": [{"section": "FLOOR", "quantity": 1e400}]}"#, "general[0].quantity", Self.integer),
        (
            #"{"general": [{"section": "FLOOR", "quantity": 9223372036854775808}]}"#, "general[0].quantity",
            Self.integer
        ),
    ])
    func `a wrong type is refused with its path and what is wanted`(
        body: String, field: String, message: String
    ) async throws {
        let answer = try await refusal(of: body)
        #expect(answer.refusal == "400 invalid_body")
        if field.isEmpty {
            #expect(answer["detail"].string.contains(message))
        } else {
            #expect(answer["errors"] == [.object(["field": .string(field), "message": .string(message)])])
        }
    }

    @Test func `a body that is too large is refused`() async throws {
        let seats = String(repeating: #""A-1-1","#, count: 10_000)
        let answer = try await refusal(of: #"{"seats": [\#(seats)"A-1-1"]}"#)
        #expect(answer.refusal == "413 body_too_large")
        #expect(answer.headers[.connection] == "close")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
    func `a body of another type is refused`(contentType: String) async throws {
        let answer = try await refusal(of: #"{"seats": ["A-1-1"]}"#, contentType: contentType)
        #expect(answer.refusal == "415 unsupported_media_type")
    }

    @Test(arguments: ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.usher+json"])
    func `a body of type JSON is read, however it is written`(contentType: String) async throws {
        #expect(try await refusal(of: #"{"seats": ["A-1-1"]}"#, contentType: contentType).status == .created)
    }
}

import Accounts
import Booking
import HTTPTypes
import Simulation
import Testing

@testable import HTTPAPI

/// Requests that are sent again with their `Idempotency-Key`, to a server that has been up all the time.
@Suite("Idempotency", .timeLimit(.minutes(1)))
struct IdempotencyTests {
    private let stores = TestStores()
    private var store: FaultyIdempotencyStore { stores.idempotencyStore }

    /// Runs `body` with a visitor and an event's path.
    private func withEvent(
        queueCapacity: Int = 100, _ body: @Sendable (Caller, String) async throws -> Void
    ) async throws {
        try await TestAPI(queueCapacity: queueCapacity, stores: stores).withRouter { visitor in
            try await body(visitor, visitor.createEvent())
        }
    }

    @Test func `who repeats a request gets the same answer, and nothing is done twice`() async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let hold = try await ann.expectSameAnswerTwice("\(event)/hold", #"{"seats": ["A-1-1"]}"#, status: .created)
            let booking = try await ann.expectSameAnswerTwice(
                "/api/booking", Caller.booking(of: hold["hold_id"].string), status: .accepted, key: "another")
            #expect(try await visitor.get(booking["links"]["stream"].string).text.contains("confirmed"))
            #expect(try await ann.get("/api/users/\(ann.id)/bookings")["items"].items.count == 1)
            #expect(try await visitor.get(event)["available"] == 21)

            let organizer = try await visitor.signedIn(as: .organizer)
            _ = try await organizer.expectSameAnswerTwice("/api/events", Caller.event, status: .created)
            #expect(try await visitor.get("/api/events")["items"].items.count == 2)
        }
    }

    @Test(arguments: [false, true])
    func `a cancellation is repeated, whether its answer was kept or not`(isKept: Bool) async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let booking = try await ann.book(ann.hold("A-1-1", on: event))["links"]
            _ = try await visitor.get(booking["stream"].string)
            if !isKept { store.fail(.keep) }
            let key: HTTPFields = [.idempotencyKey: "key"]
            let first = try await ann.send(.delete, booking["self"].string, headers: key)
            let second = try await ann.send(.delete, booking["self"].string, headers: key)
            #expect([first.status, second.status] == [.ok, .ok])
            #expect([first["status"], second["status"]] == ["cancelled", "cancelled"])
            #expect(second.headers[.idempotentReplayed] == (isKept ? "true" : nil))
            if isKept { #expect(second.text == first.text) }
            #expect(try await visitor.get(event)["available"] == 22)
        }
    }

    @Test func `an answer is repeated as it was, whatever has changed since`() async throws {
        try await withEvent { visitor, event in
            let (ann, bob) = (try await visitor.signedIn(), try await visitor.signedIn())
            let hold = try await bob.hold("A-1-1", on: event)
            let refusal = try await ann.expectSameAnswerTwice(
                "\(event)/hold", #"{"seats": ["A-1-1"]}"#, status: .conflict)
            _ = try await bob.delete("\(event)/hold/\(hold)")
            let again = try await ann.post("\(event)/hold", #"{"seats": ["A-1-1"]}"#, key: "key")
            #expect(again.text == refusal.text)
            _ = try await ann.expectSameAnswerTwice("\(event)/hold", "{", status: .badRequest, key: "another")
        }
    }

    @Test func `a key belongs to one request`() async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let other = try await visitor.createEvent()
            let body = #"{"seats": ["A-1-1"]}"#
            let first = try await ann.post("\(event)/hold", body, key: "key")
            let reused = "422 idempotency_key_reused"
            #expect(try await ann.post("\(event)/hold", #"{"seats": ["A-1-2"]}"#, key: "key").refusal == reused)
            #expect(try await ann.post("\(other)/hold", body, key: "key").refusal == reused)
            #expect(try await ann.post("\(event)/hold", body, key: "key").text == first.text)
            #expect(try await ann.post("\(other)/hold", body, key: "Key").status == .created)
        }
    }

    @Test func `a key is its user's own`() async throws {
        try await withEvent { visitor, event in
            let body = #"{"best_available": {"quantity": 1}}"#
            let holds = [
                try await visitor.signedIn().post("\(event)/hold", body, key: "key"),
                try await visitor.signedIn().post("\(event)/hold", body, key: "key"),
            ]
            #expect(holds.map(\.status) == [.created, .created])
            #expect(holds[0]["hold_id"] != holds[1]["hold_id"])
        }
    }

    @Test(arguments: ["", "two words", "tab\there", String(repeating: "k", count: 256)])
    func `a key that is none is refused, and nothing is done`(key: String) async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let answer = try await ann.post("\(event)/hold", #"{"seats": ["A-1-1"]}"#, key: key)
            #expect(answer.refusal == "400 invalid_idempotency_key")
            #expect(try await visitor.get(event)["held"] == 0)
        }
    }

    @Test(arguments: ["~", #"!"#, #""8e03978e-40d5""#, String(repeating: "k", count: 255)])
    func `any visible characters make a key`(key: String) async throws {
        try await withEvent { visitor, event in
            _ = try await visitor.signedIn().expectSameAnswerTwice(
                "\(event)/hold", #"{"seats": ["A-1-1"]}"#, status: .created, key: key)
        }
    }

    @Test(arguments: StorePlace.allCases)
    func `of five at once, one is done`(_ place: StorePlace) async throws {
        try await place.withStores { stores in
            try await TestAPI(stores: stores).withRouter { visitor in
                let event = try await visitor.createEvent()
                let ann = try await visitor.signedIn()
                let hold = try await ann.expectOneOfFive(
                    "\(event)/hold", #"{"best_available": {"quantity": 2}}"#, status: .created)
                #expect(try await visitor.get(event)["held"] == 2)
                _ = try await ann.expectOneOfFive(
                    "/api/booking", Caller.booking(of: hold["hold_id"].string), status: .accepted)
                #expect(try await ann.get("/api/users/\(ann.id)/bookings")["items"].items.count == 1)
            }
        }
    }

    @Test func `while the first is at work, a repetition is told to come again`() async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let body = #"{"seats": ["A-1-1"]}"#
            store.pause()
            async let first = ann.post("\(event)/hold", body, key: "key")
            await store.untilPaused()
            let second = try await ann.post("\(event)/hold", body, key: "key")
            #expect(second.refusal == "409 idempotency_key_in_use")
            #expect(second.headers[.retryAfter] == "1")
            #expect(try await ann.post("\(event)/hold", "{}", key: "key").refusal == "422 idempotency_key_reused")
            store.resume()
            #expect(try await first.status == .created)
        }
    }

    @Test func `a request whose client goes is done all the same, and its answer kept`() async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let body = #"{"seats": ["A-1-1"]}"#
            store.pause()
            let first = Task { try await ann.post("\(event)/hold", body, key: "key") }
            await store.untilPaused()
            first.cancel()
            store.resume()
            let again = try await ann.untilAnswered("\(event)/hold", body)
            #expect(again.status == .created)
            #expect(again.headers[.idempotentReplayed] == "true")
        }
    }

    @Test func `a refusal for the moment does not stick`() async throws {
        try await withEvent(queueCapacity: 0) { visitor, event in
            let ann = try await visitor.signedIn()
            let body = Caller.booking(of: try await ann.hold("A-1-1", on: event))
            #expect(try await ann.post("/api/booking", body, key: "key").refusal == "503 overloaded")
            let again = try await ann.post("/api/booking", body, key: "key")
            #expect(again.refusal == "503 overloaded")
            #expect(again.headers[.idempotentReplayed] == nil)
        }
    }

    @Test func `without the store, a request with a key does nothing, and one without a key goes on`() async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            let body = #"{"seats": ["A-1-1"]}"#
            store.fail(.claim)
            let refusal = try await ann.post("\(event)/hold", body, key: "key")
            #expect(refusal.refusal == "503 ledger_unavailable")
            #expect(refusal.headers[.retryAfter] == "1")
            #expect(try await visitor.get(event)["held"] == 0)
            #expect(try await ann.post("\(event)/hold", #"{"seats": ["A-1-2"]}"#).status == .created)
            store.fail()
            _ = try await ann.expectSameAnswerTwice("\(event)/hold", body, status: .created)
        }
    }

    @Test func `what could not be kept is found again by what it created`() async throws {
        try await withEvent { visitor, event in
            store.fail(.keep)
            let ann = try await visitor.signedIn()
            let hold = try await ann.expectSameCreation(
                "\(event)/hold", #"{"seats": ["A-1-1"]}"#, "hold_id", status: .created)
            let booking = try await ann.expectSameCreation(
                "/api/booking", Caller.booking(of: hold["hold_id"].string), "booking_id", status: .accepted)
            #expect(booking["claims"][0]["unit"] == "A-1-1")
            #expect(try await ann.get("/api/users/\(ann.id)/bookings")["items"].items.count == 1)
            let organizer = try await visitor.signedIn(as: .organizer)
            _ = try await organizer.expectSameCreation("/api/events", Caller.event, "id", status: .created)
            #expect(try await visitor.get("/api/events")["items"].items.count == 2)
        }
    }

    @Test func `of a hold that was made and has ended, the repetition is told so`() async throws {
        try await withEvent { visitor, event in
            let ann = try await visitor.signedIn()
            store.fail(.keep)
            #expect(try await ann.post("\(event)/hold", #"{"seats": ["A-1-1"]}"#, key: "key").status == .created)
            store.fail()
            stores.clock.advance(by: .seconds(601))
            _ = try await ann.expectSameAnswerTwice("\(event)/hold", #"{"seats": ["A-1-1"]}"#, status: .gone)
        }
    }
}

extension Caller {
    static func booking(of hold: String) -> String {
        #"{"hold_id": "\#(hold)", "payment": {"token": "tok_visa"}}"#
    }

    /// Sends a request twice with a key and returns the answer to both.
    func expectSameAnswerTwice(
        _ path: String, _ body: String, status: HTTPResponse.Status, key: String = "key",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let (first, second) = (try await post(path, body, key: key), try await post(path, body, key: key))
        #expect(first.status == status, "\(first.text)", sourceLocation: sourceLocation)
        #expect(second.status == status, "\(second.text)", sourceLocation: sourceLocation)
        #expect(second.text == first.text, sourceLocation: sourceLocation)
        #expect(second.headers[.location] == first.headers[.location], sourceLocation: sourceLocation)
        #expect(second.headers[.contentType] == first.headers[.contentType], sourceLocation: sourceLocation)
        let isReplayed = [first, second].map { $0.headers[.idempotentReplayed] == "true" }
        #expect(isReplayed == [false, true], sourceLocation: sourceLocation)
        return second
    }

    /// Sends a request twice whose answer is not kept, and expects that both name the same thing.
    func expectSameCreation(
        _ path: String, _ body: String, _ name: String, status: HTTPResponse.Status,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let answers = [
            try await post(path, body, key: name), try await post(path, body, key: name),
        ]
        #expect(answers.map(\.status) == [status, status], "\(answers[1].text)", sourceLocation: sourceLocation)
        #expect(answers[0][name] == answers[1][name], sourceLocation: sourceLocation)
        #expect(answers[1].headers[.location] == answers[0].headers[.location], sourceLocation: sourceLocation)
        return answers[1]
    }

    /// Sends a request five times at once; each is answered alike, or told to come again.
    func expectOneOfFive(_ path: String, _ body: String, status: HTTPResponse.Status) async throws -> Answer {
        let answers = try await withThrowingTaskGroup { group in
            for _ in 0..<5 { group.addTask { try await post(path, body, key: path) } }
            return try await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        let done = answers.filter { $0.status == status }
        #expect(done.count { $0.headers[.idempotentReplayed] == nil } == 1)
        #expect(Set(done.map(\.text)).count == 1)
        #expect(answers.count { $0.refusal == "409 idempotency_key_in_use" } == 5 - done.count)
        return try #require(done.first)
    }

    /// Sends a request with the key `key` until nobody else works on it.
    func untilAnswered(_ path: String, _ body: String) async throws -> Answer {
        while true {
            let answer = try await post(path, body, key: "key")
            if answer.refusal != "409 idempotency_key_in_use" { return answer }
            await Task.yield()
        }
    }
}

import Accounts
import HTTPTypes
import Simulation
import Testing

@Suite("Holds", .timeLimit(.minutes(1)))
struct HoldRouteTests {
    @Test func `a hold sets places aside, can be looked at, and let go`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let hold = try await ann.post(
                "\(event)/hold",
                #"{"seats": ["A-1-1", "A-1-2"], "general": [{"section": "FLOOR", "quantity": 2}], "note": 7}"#)
            #expect(hold.status == .created)
            #expect(
                hold.json.keys == [
                    "hold_id", "event_id", "claims", "total", "currency", "expires_at", "expires_in_ms",
                ])
            #expect(hold["claims"][0] == .object(["unit": "A-1-1", "quantity": 1, "price": 8500]))
            #expect(hold["total"] == 26_000)
            let path = "\(event)/hold/\(hold["hold_id"].string)"
            #expect(hold.headers[.location] == path)
            #expect(try await ann.get(path)["claims"] == hold["claims"])

            let released = try await ann.delete(path)
            #expect(released.status == .noContent)
            #expect(released.text.isEmpty)
            #expect(try await ann.get(path).refusal == "410 hold_released")
            #expect(try await visitor.get(event)["held"] == 0)
        }
    }

    @Test func `what somebody else has is refused with the facts`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            _ = try await visitor.signedIn().hold("A-1-1", on: event)
            let bob = try await visitor.signedIn()
            let refusal = try await bob.post("\(event)/hold", #"{"seats": ["A-1-1", "A-1-2"]}"#)
            #expect(refusal.refusal == "409 seats_unavailable")
            #expect(refusal["unavailable"].items.count == 1)
            #expect(refusal["unavailable"][0]["unit"] == "A-1-1")
            #expect(refusal["unavailable"][0]["status"] == "held")
            #expect(refusal["unavailable"][0]["held_until"].string.hasSuffix("Z"))
            let full = try await bob.post("\(event)/hold", #"{"general": [{"section": "FLOOR", "quantity": 10}]}"#)
            #expect(full.status == .created)
            let none = try await bob.post("\(event)/hold", #"{"general": [{"section": "FLOOR", "quantity": 1}]}"#)
            #expect(none["unavailable"][0]["available"] == 0)
        }
    }

    @Test(arguments: [
        (#"{"seats": ["A-9-1"]}"#, "422 unknown_unit"),
        (#"{"general": [{"section": "MOON", "quantity": 1}]}"#, "422 unknown_unit"),
        (#"{"seats": ["A-1-1", "A-1-1"]}"#, "422 duplicate_unit"),
        (#"{"general": [{"section": "FLOOR", "quantity": 0}]}"#, "422 invalid_quantity"),
        (#"{"general": [{"section": "FLOOR", "quantity": -2}]}"#, "422 invalid_quantity"),
        (#"{"general": [{"section": "FLOOR", "quantity": 9223372036854775807}]}"#, "422 invalid_quantity"),
        (#"{"seats": [], "general": []}"#, "422 empty_hold"),
        (#"{}"#, "422 empty_hold"),
        (#"{"best_available": {"quantity": 3}}"#, "422 unsupported"),
    ])
    func `a hold that cannot be is refused, and holds nothing`(body: String, refusal: String) async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            #expect(try await visitor.signedIn().post("\(event)/hold", body).refusal == refusal)
            #expect(try await visitor.get(event)["held"] == 0)
        }
    }

    @Test func `a hold is its customer's alone, and its event's`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let other = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let id = try await ann.hold("A-1-1", on: event)
            let bob = try await visitor.signedIn(as: .admin)
            #expect(try await bob.get("\(event)/hold/\(id)").refusal == "404 hold_not_found")
            #expect(try await bob.delete("\(event)/hold/\(id)").refusal == "404 hold_not_found")
            #expect(try await ann.get("\(other)/hold/\(id)").refusal == "404 hold_not_found")
            #expect(try await ann.delete("\(other)/hold/\(id)").refusal == "404 hold_not_found")
            #expect(try await ann.get("\(event)/hold/17").refusal == "404 hold_not_found")
            #expect(try await visitor.get("\(event)/hold/\(id)").refusal == "401 missing_token")
            #expect(try await ann.get("\(event)/hold/\(id)").status == .ok)
        }
    }

    @Test func `a hold ends at its deadline`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let id = try await ann.hold("A-1-1", on: event)
            api.clock.advance(by: .seconds(601))
            #expect(try await ann.get("\(event)/hold/\(id)").refusal == "410 hold_expired")
            #expect(try await ann.book(id).refusal == "410 hold_expired")
        }
    }

    @Test func `a hold needs a token and an event`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            #expect(try await visitor.post("\(event)/hold", #"{"seats": ["A-1-1"]}"#).refusal == "401 missing_token")
            let ann = try await visitor.signedIn()
            for id in ["01890000-0000-7000-8000-000000000000", "17"] {
                let answer = try await ann.post("/api/events/\(id)/hold", #"{"seats": ["A-1-1"]}"#)
                #expect(answer.refusal == "404 event_not_found")
            }
        }
    }
}

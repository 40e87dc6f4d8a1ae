import Accounts
import Booking
import HTTPTypes
import Simulation
import Testing

@testable import HTTPAPI

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
            let full = try await bob.post("\(event)/hold", #"{"general": [{"section": "FLOOR", "quantity": 9}]}"#)
            #expect(full.status == .created)
            let none = try await visitor.signedIn()
                .post("\(event)/hold", #"{"general": [{"section": "FLOOR", "quantity": 2}]}"#)
            #expect(none["unavailable"][0]["available"] == 1)
            #expect(none["unavailable"][0]["held_until"] == full["expires_at"])
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
        (#"{"best_available": {"quantity": 0}}"#, "422 invalid_quantity"),
        (#"{"best_available": {"quantity": 11}}"#, "422 invalid_quantity"),
        (#"{"best_available": {"quantity": -9223372036854775808}}"#, "422 invalid_quantity"),
        (#"{"best_available": {"quantity": 1, "section": "MOON"}}"#, "422 unknown_unit"),
        (#"{"best_available": {"quantity": 1, "section": "FLOOR"}}"#, "422 unknown_unit"),
        (#"{"best_available": {"quantity": 1, "price_max": 8499}}"#, "409 seats_unavailable"),
        (#"{"best_available": {"quantity": 1, "price_min": 9223372036854775807}}"#, "409 seats_unavailable"),
        (#"{"best_available": {"quantity": 5}}"#, "409 seats_unavailable"),
        (#"{"general": [{"section": "FLOOR", "quantity": 10}], "seats": ["A-1-1"]}"#, "422 too_many_units"),
    ])
    func `a hold that cannot be is refused, and holds nothing`(body: String, refusal: String) async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            #expect(try await visitor.signedIn().post("\(event)/hold", body).refusal == refusal)
            #expect(try await visitor.get(event)["held"] == 0)
        }
    }

    @Test(arguments: [
        (#"{"best_available": {"quantity": 1}, "seats": ["A-1-1"]}"#, "best_available"),
        (#"{"best_available": {"quantity": 1}, "general": [{"section": "FLOOR", "quantity": 1}]}"#, "best_available"),
        (#"{"best_available": {"quantity": 1}, "accessible": true}"#, "best_available"),
        (#"{"best_available": {"quantity": 1, "price_min": -1}}"#, "best_available.price_min"),
        (#"{"best_available": {"quantity": 1, "price_max": -1}}"#, "best_available.price_max"),
        (#"{"best_available": {"quantity": 1, "price_min": 9, "price_max": 8}}"#, "best_available.price_max"),
    ])
    func `a request that contradicts itself is refused with its field`(body: String, field: String) async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let answer = try await visitor.signedIn().post("\(event)/hold", body)
            #expect(answer.refusal == "422 invalid_hold")
            #expect(answer["errors"][0]["field"].string == field)
        }
    }

    @Test func `the best seats are chosen, side by side unless the customer does without`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(#""seats_per_row": 4"#, with: #""seats_per_row": 4, "focal_point": {"row": 2, "seat": 1}"#)
            }
            let ann = try await visitor.signedIn()
            func best(_ wish: String) async throws -> Answer {
                try await ann.post("\(event)/hold", #"{"best_available": {\#(wish)}}"#)
            }
            let three = try await best(#""quantity": 3, "section": "A", "price_min": 8500, "price_max": 8500"#)
            #expect(three.status == .created)
            #expect(three["claims"].items.map { $0["unit"] } == ["A-2-1", "A-2-2", "A-2-3"])
            #expect(three["total"] == 25_500)
            let five = try await best(#""quantity": 5, "adjacent": false, "price_max": null"#)
            #expect(five["claims"].items.count == 5)

            let bob = try await visitor.signedIn()
            let refused = try await bob.post("\(event)/hold", #"{"best_available": {"quantity": 4}}"#)
            #expect(refused.refusal == "409 seats_unavailable")
            #expect(refused["held_until"] == three["expires_at"])
            #expect(refused["unavailable"] == .missing)
        }
    }

    @Test func `an accessible seat goes to those who ask for one`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(
                    #""seats_per_row": 4"#, with: #""seats_per_row": 4, "accessible_seats": [{"row": 3, "seat": 4}]"#)
            }
            let ann = try await visitor.signedIn()
            let refused = try await ann.post("\(event)/hold", #"{"seats": ["A-3-4"]}"#)
            #expect(refused.refusal == "422 accessible_seat")
            let asked = try await ann.post("\(event)/hold", #"{"seats": ["A-3-4"], "accessible": true}"#)
            #expect(asked.status == .created)
            try #require(try await ann.delete(asked.headers[.location] ?? "").status == .noContent)
            let best = try await ann.post("\(event)/hold", #"{"best_available": {"quantity": 1, "accessible": true}}"#)
            #expect(best["claims"].items.map { $0["unit"] } == ["A-3-4"])
        }
    }

    @Test func `places in a slot are held by the slot's id`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(
                    #""kind": "general", "capacity": 10"#, with: #""kind": "slots", "slots": 4, "capacity": 5"#)
            }
            let ann = try await visitor.signedIn()
            let hold = try await ann.post("\(event)/hold", #"{"general": [{"section": "FLOOR-3", "quantity": 4}]}"#)
            #expect(hold["claims"] == [.object(["unit": "FLOOR-3", "quantity": 4, "price": 4500])])
            let refused = try await visitor.signedIn()
                .post("\(event)/hold", #"{"general": [{"section": "FLOOR-3", "quantity": 2}]}"#)
            #expect(refused["unavailable"][0]["unit"] == "FLOOR-3")
            #expect(refused["unavailable"][0]["available"] == 1)
            for section in ["FLOOR", "FLOOR-5", "FLOOR-0"] {
                let unknown = try await ann.post(
                    "\(event)/hold", #"{"general": [{"section": "\#(section)", "quantity": 1}]}"#)
                #expect(unknown.refusal == "422 unknown_unit")
            }
        }
    }

    @Test(arguments: [nil, "{}"])
    func `a hold is extended up to the longest hold`(body: String?) async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(#""hold_ttl_seconds": 600"#, with: #""hold_ttl_seconds": 600, "max_hold_seconds": 900"#)
            }
            let ann = try await visitor.signedIn()
            let path = "\(event)/hold/\(try await ann.hold("A-1-1", on: event))"
            api.clock.advance(by: .seconds(200))
            #expect(try await ann.patch(path, body)["expires_in_ms"] == 600_000)
            api.clock.advance(by: .seconds(200))
            let last = try await ann.patch(path, body)
            #expect(last.status == .ok)
            #expect(last["expires_in_ms"] == 500_000)
            #expect(last.json == (try await ann.get(path).json))

            let refused = try await ann.patch(path, body)
            #expect(refused.refusal == "409 hold_not_extensible")
            #expect(refused["expires_at"] == last["expires_at"])
            #expect(try await visitor.signedIn().patch(path, body).refusal == "404 hold_not_found")
            api.clock.advance(by: .seconds(500))
            #expect(try await ann.patch(path, body).refusal == "410 hold_expired")
        }
    }

    @Test func `a customer gets no more places than the event allows, over all holds`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(#""max_units_per_customer": 10"#, with: #""max_units_per_customer": 3"#)
            }
            let ann = try await visitor.signedIn()
            let tooMany = try await ann.post("\(event)/hold", #"{"general": [{"section": "FLOOR", "quantity": 4}]}"#)
            #expect(tooMany.refusal == "422 too_many_units")
            #expect(tooMany["limit"] == 3)
            _ = try await ann.hold("A-1-1", "A-1-2", on: event)
            let refused = try await ann.post("\(event)/hold", #"{"seats": ["A-1-3", "A-1-4"]}"#)
            #expect(refused.refusal == "409 customer_limit")
            #expect([refused["limit"], refused["taken"]] == [3, 2])
        }
    }

    @Test func `holds are granted while the sale lasts`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let start = api.clock.timestamp + .seconds(60)
            let times = #""sales_start": "\#(start.rfc3339)", "sales_end": "\#((start + .seconds(60)).rfc3339)", "#
            let event = try await visitor.createEvent { $0.replacing(#""sections""#, with: times + #""sections""#) }
            let ann = try await visitor.signedIn()
            let early = try await ann.post("\(event)/hold", #"{"seats": ["A-1-1"]}"#)
            #expect(early.refusal == "409 sale_not_open")
            #expect(early["sales_start"].string == start.rfc3339)
            api.clock.advance(by: .seconds(60))
            _ = try await ann.hold("A-1-1", on: event)
            api.clock.advance(by: .seconds(60))
            #expect(try await ann.post("\(event)/hold", #"{"seats": ["A-1-2"]}"#).refusal == "409 sale_closed")
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
            #expect(try await ann.patch("\(other)/hold/\(id)").refusal == "404 hold_not_found")
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

import Accounts
import HTTPTypes
import Simulation
import Testing

@Suite("Bookings", .timeLimit(.minutes(1)))
struct BookingRouteTests {
    @Test func `a hold is booked, at once for the customer and in its time for the card`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let accepted = try await ann.book(ann.hold("A-1-1", on: event))
            #expect(accepted.status == .accepted)
            #expect(
                accepted.json.keys == [
                    "booking_id", "event_id", "user_id", "status", "version", "claims", "total", "currency",
                    "created_at", "updated_at", "failure", "refund", "links",
                ])
            #expect([accepted["status"], accepted["version"], accepted["failure"]] == ["queued", 1, .null])
            let path = "/api/booking/\(accepted["booking_id"].string)"
            #expect(accepted.headers[.location] == path)
            #expect(accepted["links"]["self"].string == path)
            #expect(accepted["links"]["stream"].string.hasPrefix("\(path)/stream?ticket="))

            let states = try await visitor.get(accepted["links"]["stream"].string)
            #expect(states.text.contains(#""status":"confirmed""#))
            let confirmed = try await ann.get(path)
            #expect([confirmed["status"], confirmed["version"], confirmed["total"]] == ["confirmed", 3, 8500])
            #expect(try await visitor.get(event)["booked"] == 1)
        }
    }

    @Test func `a declined card fails the booking and gives the hold back`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let hold = try await ann.hold("A-1-1", on: event)
            let booking = try await ann.book(hold, payingWith: "tok_chargeDeclined")
            _ = try await ann.get(booking["links"]["stream"].string)
            let failed = try await ann.get(booking["links"]["self"].string)
            #expect(failed["status"] == "failed")
            #expect(failed["failure"]["code"] == "payment_declined")
            #expect(!failed["failure"]["message"].string.isEmpty)
            #expect(try await ann.book(hold).status == .accepted)
        }
    }

    @Test func `a hold is booked once; who repeats the request learns by which booking`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let hold = try await ann.hold("A-1-1", on: event)
            let booking = try await ann.book(hold)
            let again = try await ann.book(hold)
            #expect(again.refusal == "409 hold_booked")
            #expect(again["booking_id"] == booking["booking_id"])
        }
    }

    @Test func `a booked seat cannot be held`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let booking = try await ann.book(ann.hold("A-1-1", on: event))
            _ = try await ann.get(booking["links"]["stream"].string)
            let refusal = try await ann.post("\(event)/hold", #"{"seats": ["A-1-1"]}"#)
            #expect(refusal.refusal == "409 seats_unavailable")
            #expect(refusal["unavailable"][0] == .object(["unit": "A-1-1", "status": "booked"]))
        }
    }

    @Test func `a booking is seen by its owner, the event's organizer and admins, and by nobody else`() async throws {
        try await TestAPI().withRouter { visitor in
            let organizer = try await visitor.signedIn(as: .organizer)
            let event = try await organizer.post("/api/events", Caller.event).headers[.location] ?? ""
            let ann = try await visitor.signedIn()
            let path = try await ann.book(ann.hold("A-1-1", on: event), payingWith: "tok_wait")["links"]["self"].string
            #expect(try await ann.get(path).status == .ok)
            let seen = try await organizer.get(path)
            #expect(seen.status == .ok)
            #expect(seen["links"]["stream"].string == "\(path)/stream")
            #expect(try await visitor.signedIn(as: .admin).get(path).status == .ok)
            for role in [Role.customer, .organizer, .staff] {
                let stranger = try await visitor.signedIn(as: role)
                #expect(try await stranger.get(path).refusal == "404 booking_not_found")
                #expect(try await stranger.get("\(path)/stream").refusal == "404 booking_not_found")
            }
            #expect(try await visitor.get(path).refusal == "401 missing_token")
        }
    }

    @Test func `bookings that are not there are not found`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent().dropFirst("/api/events/".count)
            let own = "01890000-0000-7000-8000-000000000000"
            let ann = try await visitor.signedIn()
            for id in ["\(event).\(own)", "\(own).\(own)", own, "17"] {
                #expect(try await ann.get("/api/booking/\(id)").refusal == "404 booking_not_found")
                #expect(try await ann.get("/api/booking/\(id)/stream").refusal == "404 booking_not_found")
            }
        }
    }

    @Test func `a booking needs a token, a hold of one's own and a means of payment`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let hold = try await ann.hold("A-1-1", on: event)
            #expect(try await visitor.book(hold).refusal == "401 missing_token")
            #expect(try await visitor.signedIn().book(hold).refusal == "404 hold_not_found")
            #expect(try await ann.book(hold, payingWith: "").refusal == "422 invalid_payment")
            #expect(try await ann.book("17")["errors"][0]["field"] == "hold_id")
            let missing = try await ann.post("/api/booking", #"{"hold_id": "\#(hold)", "payment": {}}"#)
            #expect(missing["errors"][0] == .object(["field": "payment.token", "message": "is required"]))
        }
    }

    @Test func `a full queue refuses at once and says when to come again`() async throws {
        try await TestAPI(queueCapacity: 0).withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let hold = try await ann.hold("A-1-1", on: event)
            let refusal = try await ann.book(hold)
            #expect(refusal.refusal == "503 overloaded")
            #expect(refusal.headers[.retryAfter] == "1")
            #expect(try await ann.get("\(event)/hold/\(hold)").status == .ok)
        }
    }

    @Test func `a ticket opens its own stream, and nothing else`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let booking = try await ann.book(ann.hold("A-1-1", on: event))["links"]["self"].string
            let other = try await ann.book(ann.hold("A-1-2", on: event))["links"]["self"].string
            let body = #"{"stream": "\#(booking)/stream"}"#
            let ticket = try await ann.post("/api/stream-tickets", body)
            #expect(ticket.status == .created)
            #expect(ticket["url"].string == "\(booking)/stream?ticket=\(ticket["ticket"].string)")
            #expect(try await visitor.get(ticket["url"].string).status == .ok)

            let query = "ticket=\(ticket["ticket"].string)"
            #expect(try await visitor.get("\(other)/stream?\(query)").refusal == "401 invalid_token")
            #expect(try await visitor.get("\(booking)?\(query)").refusal == "401 missing_token")
            var impostor = visitor
            impostor.token = ticket["ticket"].string
            #expect(try await impostor.get(booking).refusal == "401 invalid_token")
            #expect(try await visitor.get("\(booking)/stream?ticket=\(ann.token ?? "")").refusal == "401 invalid_token")
            api.clock.advance(by: .seconds(61))
            #expect(try await visitor.get(ticket["url"].string).refusal == "401 token_expired")

            #expect(try await visitor.signedIn().post("/api/stream-tickets", body).refusal == "404 booking_not_found")
            let nowhere = try await ann.post("/api/stream-tickets", #"{"stream": "/api/users/profile"}"#)
            #expect(nowhere.refusal == "422 unknown_stream")
        }
    }

    @Test func `a booking is cancelled by its customer, once, and by nobody else`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let accepted = try await ann.book(ann.hold("A-1-1", on: event))
            let path = "/api/booking/\(accepted["booking_id"].string)"
            _ = try await visitor.get(accepted["links"]["stream"].string)
            #expect(try await visitor.delete(path).refusal == "401 missing_token")
            #expect(try await visitor.signedIn().delete(path).refusal == "404 booking_not_found")

            for _ in 0..<2 {
                let cancelled = try await ann.delete(path)
                #expect(cancelled.status == .ok)
                #expect([cancelled["status"], cancelled["version"]] == ["cancelled", 4])
                #expect(cancelled["refund"]["amount"] == 8500)
            }
            #expect(try await visitor.get(event)["booked"] == 0)
        }
    }

    @Test func `an event says until when its bookings can be cancelled, and for how much`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(
                    #""currency""#,
                    with: #""cancel_until": "2001-01-01T00:00:00Z", "cancel_fee_percent": 25, "currency""#)
            }
            #expect(try await visitor.get(event)["cancel_until"] == "2001-01-01T00:00:00.000Z")
            #expect(try await visitor.get(event)["cancel_fee_percent"] == 25)
            let ann = try await visitor.signedIn()
            let accepted = try await ann.book(ann.hold("A-1-1", on: event))
            _ = try await visitor.get(accepted["links"]["stream"].string)
            let answer = try await ann.delete("/api/booking/\(accepted["booking_id"].string)")
            #expect(answer.refusal == "409 cancellation_closed")
        }
    }
}

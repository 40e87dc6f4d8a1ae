import Accounts
import HTTPTypes
import Inventory
import Testing

@Suite("Organizers", .timeLimit(.minutes(1)))
struct OrganizerRouteTests {
    @Test func `an event is changed in part, and those who have read an older one are told`() async throws {
        try await TestAPI().withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let read = try await visitor.get(path)
            let tag = try #require(read.headers[.eTag])
            _ = try await visitor.signedIn().hold("A-1-1", on: path)

            let changed = try await organizer.patch(
                path, #"{"name": "Summer Gala", "max_units_per_customer": 1, "sales_end": "2027-02-01T00:00:00Z"}"#,
                headers: [.ifMatch: tag])
            #expect(changed.status == .ok, "\(changed.text)")
            #expect([changed["name"], changed["version"], changed["held"]] == ["Summer Gala", 2, 1])
            #expect(changed["venue"] == read["venue"])
            let customer = try await visitor.signedIn()
            _ = try await customer.hold("A-1-2", on: path)
            #expect(try await customer.post("\(path)/hold", #"{"seats": ["A-1-3"]}"#).refusal == "409 customer_limit")

            let late = try await organizer.patch(path, #"{"name": "Gala"}"#, headers: [.ifMatch: tag])
            #expect(late.refusal == "412 event_changed")
            let again = try await organizer.patch(path, #"{"sales_end": null}"#)
            #expect([again["sales_end"], again["version"]] == [.null, 3])
            #expect(try await visitor.get(path).json == again.json)
        }
    }

    @Test(arguments: [
        (#"{"sections": []}"#, "422 invalid_event", "sections"),
        (#"{"currency": "USD"}"#, "422 invalid_event", "currency"),
        (#"{"max_hold_seconds": 5}"#, "422 invalid_event", "max_hold_seconds"),
        (#"{"name": null}"#, "400 invalid_body", "name"),
        (#"{"starts_at": "soon"}"#, "400 invalid_body", "starts_at"),
    ])
    func `what cannot be changed is refused by its field`(body: String, refusal: String, field: String) async throws {
        try await TestAPI().withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let answer = try await organizer.patch(path, body)
            #expect(answer.refusal == refusal)
            #expect(answer["errors"][0]["field"].string == field)
        }
    }

    @Test func `a cancelled event is off sale, says so, and is cancelled once`() async throws {
        try await TestAPI().withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let customer = try await visitor.signedIn()
            let booking = try await customer.confirmedBooking("A-1-1", on: path)
            let cancelled = try await organizer.delete(path)
            #expect([cancelled["status"], cancelled["version"]] == ["cancelled", 2])
            #expect(try await customer.post("\(path)/hold", #"{"seats": ["A-1-2"]}"#).refusal == "409 event_cancelled")
            #expect(try await organizer.patch(path, #"{"name": "Gala"}"#).refusal == "409 event_cancelled")
            #expect(try await organizer.delete(path)["version"] == 2)
            var status = ""
            while status != "cancelled" {
                try Task.checkCancellation()
                status = try await customer.get("/api/booking/\(booking)")["status"].string
            }
            #expect(try await visitor.signedIn(as: .organizer).delete(path).refusal == "403 not_your_event")
        }
    }

    @Test func `places are blocked together, listed, and put back together`() async throws {
        try await TestAPI().withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let body = #"{"seats": ["A-1-1"], "general": [{"section": "FLOOR", "quantity": 4}], "reason": "Press"}"#
            let block = try await organizer.post("\(path)/blocks", body, key: "k1")
            #expect(block.status == .created, "\(block.text)")
            #expect(block["places"][1]["quantity"] == 4)
            #expect(try await organizer.post("\(path)/blocks", body, key: "k1").json == block.json)
            let second = try await organizer.post("\(path)/blocks", #"{"seats": ["A-1-1", "A-1-2"]}"#)
            #expect(second.refusal == "409 seats_unavailable")
            #expect([second["unavailable"][0]["unit"], second["unavailable"][0]["status"]] == ["A-1-1", "blocked"])
            #expect(try await visitor.get(path)["blocked"] == 5)
            #expect(try await organizer.get("\(path)/blocks")["items"][0] == block.json)

            let location = try #require(block.headers[.location])
            #expect(try await organizer.delete(location).status == .noContent)
            #expect(try await organizer.delete(location).refusal == "404 block_not_found")
            #expect(try await visitor.get(path)["blocked"] == 0)
        }
    }

    @Test func `the bookings of an event are listed in pages, by status, and as a table`() async throws {
        try await TestAPI().withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let customer = try await visitor.signedIn()
            for seat in ["A-1-1", "A-1-2", "A-1-3"] { _ = try await customer.confirmedBooking(seat, on: path) }
            let first = try await organizer.get("\(path)/bookings?status=confirmed&limit=2")
            #expect(first["items"].items.count == 2)
            #expect(first["items"][0]["email"].string == "\(customer.id)@usher.example")
            let rest = try await organizer.get("\(path)/bookings?limit=2&cursor=\(first["next_cursor"].string)")
            #expect([rest["items"].items.count == 1 ? 1 : 0, rest["next_cursor"]] == [1, .null])
            #expect(try await organizer.get("\(path)/bookings?status=failed")["items"].items.isEmpty)
            #expect(try await organizer.get("\(path)/bookings?status=lost").refusal == "400 invalid_query")

            let sheet = try await organizer.get("\(path)/bookings.csv")
            #expect(sheet.headers[.contentType]?.hasPrefix("text/csv") == true)
            let lines = sheet.text.split(separator: "\r\n")
            #expect(lines.count == 4)
            #expect(lines.count { $0.contains(",confirmed,") && $0.hasSuffix(",1,A-1-1,8500,EUR,,") } == 1)
        }
    }

    @Test func `the history of a seat tells who held it, who booked it and who took it off sale`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let block = try await organizer.post("\(path)/blocks", #"{"seats": ["A-1-1"], "reason": "Press"}"#)
            _ = try await organizer.delete(try #require(block.headers[.location]))
            let customer = try await visitor.signedIn()
            let held = try await customer.hold("A-1-1", "A-2-1", on: path)
            _ = try await customer.delete("\(path)/hold/\(held)")
            let booking = try await customer.confirmedBooking("A-1-1", on: path)
            _ = try await customer.delete("/api/booking/\(booking)")
            try await withServices([api.historyWriter]) { _ in }
            let items = try await organizer.get("\(path)/seats/A-1-1/history")["items"].items
            let whats = items.map(\.["what"].string).sorted()
            #expect(whats == ["blocked", "booked", "cancelled", "held", "held", "released", "unblocked"])
            let booked = try #require(items.first { $0["what"] == "booked" })
            #expect([booked["booking_id"].string, booked["by"].string] == [booking, customer.id.description])
            let released = try #require(items.first { $0["what"] == "released" })
            #expect([released["hold_id"].string, released["by"].string] == [held, customer.id.description])
            let others = try await organizer.get("\(path)/seats/A-2-1/history")["items"].items
            #expect(others.map(\.["what"].string).sorted() == ["held", "released"])
            #expect(try await organizer.get("\(path)/seats/A-1-2/history")["items"].items.isEmpty)
            #expect(try await organizer.get("\(path)/seats/B-1-1/history").refusal == "404 unit_not_found")
        }
    }

    @Test func `what the client has is not sent again`() async throws {
        try await TestAPI().withRouter { visitor in
            let (_, path) = try await visitor.organizedEvent()
            for address in ["/api/events", path, "\(path)/seats"] {
                let first = try await visitor.get(address)
                let tag = try #require(first.headers[.eTag])
                let second = try await visitor.get(address, headers: [.ifNoneMatch: "\"x\", W/\(tag)"])
                #expect([second.status, first.status] == [.notModified, .ok])
                #expect(second.text.isEmpty && second.headers[.eTag] == tag)
            }
            let tag = try #require(try await visitor.get(path).headers[.eTag])
            _ = try await visitor.signedIn().hold("A-1-1", on: path)
            #expect(try await visitor.get(path, headers: [.ifNoneMatch: tag]).status == .ok)
        }
    }
}

extension Caller {
    /// An organizer, and the path of an event of theirs.
    func organizedEvent() async throws -> (Caller, String) {
        let organizer = try await signedIn(as: .organizer)
        let answer = try await organizer.post("/api/events", Self.event)
        return (organizer, try #require(answer.headers[.location], "\(answer.text)"))
    }

    /// Buys a seat and returns the booking's id.
    func confirmedBooking(_ seat: String, on event: String) async throws -> String {
        let booking = try await book(hold(seat, on: event))
        // The stream ends when the booking's way does.
        _ = try await get(booking["links"]["stream"].string)
        return booking["booking_id"].string
    }
}

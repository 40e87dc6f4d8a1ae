import Accounts
import HTTPTypes
import Inventory
import Testing

@Suite("Events", .timeLimit(.minutes(1)))
struct EventRouteTests {
    @Test func `a new event has all its places free`() async throws {
        try await TestAPI().withRouter { visitor in
            let organizer = try await visitor.signedIn(as: .organizer)
            let created = try await organizer.post("/api/events", Caller.event)
            #expect(created.status == .created)
            #expect(created.headers[.location] == "/api/events/\(created["id"].string)")
            #expect(created["organizer_id"].string == organizer.id.description)
            #expect(created["starts_at"] == "2027-03-01T19:30:00.000Z")
            #expect(created["capacity"] == 22)
            #expect(try await visitor.get("/api/events/\(created["id"].string)").json == created.json)
        }
    }

    @Test func `an event counts what is free, held and booked, overall and by section`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            _ = try await ann.hold("A-1-1", on: event)
            _ = try await ann.post("\(event)/hold", #"{"general": [{"section": "FLOOR", "quantity": 3}]}"#)
            let counts = try await visitor.get(event)
            #expect([counts["available"], counts["held"], counts["booked"], counts["capacity"]] == [18, 4, 0, 22])
            #expect([counts["blocked"], counts["sections"][0]["blocked"]] == [0, 0])
            let seats = counts["sections"][0]
            #expect([seats["available"], seats["held"], seats["booked"], seats["capacity"]] == [11, 1, 0, 12])
            #expect([seats["rows"], seats["seats_per_row"], seats["price"]] == [3, 4, 8500])
            let floor = counts["sections"][1]
            #expect([floor["available"], floor["held"], floor["kind"]] == [7, 3, "general"])
        }
    }

    @Test func `an event is read as it was described, its gaps filled in`() async throws {
        try await TestAPI().withRouter { visitor in
            let plain = try await visitor.get(visitor.createEvent())
            #expect([plain["max_hold_seconds"], plain["max_units_per_hold"]] == [1_800, 10])
            #expect([plain["sales_start"], plain["sales_end"]] == [.null, .null])

            let event = try await visitor.createEvent { _ in
                """
                {"name": "Dinner", "venue": "Hall", "starts_at": "2027-03-01T19:30:00Z", "currency": "EUR",
                 "hold_ttl_seconds": 60, "max_hold_seconds": 90, "max_units_per_hold": 8, "max_units_per_customer": 9,
                 "sales_start": "2026-03-01T10:00:00+01:00", "sales_end": "2027-03-01T19:00:00Z",
                 "sections": [{"name": "DINNER", "kind": "slots", "slots": 4, "capacity": 12, "price": 3000},
                              {"name": "BOX", "kind": "seated", "rows": 2, "seats_per_row": 3, "price": 9000,
                               "focal_point": {"row": 1, "seat": 3}, "accessible_seats": [{"row": 2, "seat": 1}]}]}
                """
            }
            let answer = try await visitor.get(event)
            #expect([answer["max_hold_seconds"], answer["max_units_per_hold"], answer["capacity"]] == [90, 8, 54])
            #expect(answer["sales_start"] == "2026-03-01T09:00:00.000Z")
            #expect(answer["sales_end"] == "2027-03-01T19:00:00.000Z")
            let dinner = answer["sections"][0]
            #expect(
                [dinner["kind"], dinner["slots"], dinner["capacity"], dinner["available"]] == ["slots", 4, 12, 48])
            let box = answer["sections"][1]
            #expect(box["focal_point"] == .object(["row": 1, "seat": 3]))
            #expect(box["accessible_seats"] == [.object(["row": 2, "seat": 1])])
        }
    }

    @Test func `seats are shown with what they are and cost`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            _ = try await visitor.signedIn().hold("A-1-2", on: event)
            let map = try await visitor.get("\(event)/seats?section=A")
            #expect(map["seats"].items.count == 12)
            #expect(map["seats"][0] == .object(["id": "A-1-1", "status": "available", "price": 8500]))
            #expect(map["seats"][1]["status"] == "held")
            #expect(try await visitor.get("\(event)/seats?section=Z").refusal == "422 unknown_unit")
            #expect(try await visitor.get("\(event)/seats")["seats"].items.count == 12)
        }
    }

    @Test func `only organizers and admins create events`() async throws {
        try await TestAPI().withRouter { visitor async throws in
            #expect(try await visitor.post("/api/events", Caller.event).refusal == "401 missing_token")
            #expect(try await visitor.signedIn().post("/api/events", Caller.event).refusal == "403 forbidden")
            #expect(try await visitor.signedIn(as: .admin).post("/api/events", Caller.event).status == .created)
        }
    }

    @Test(arguments: [
        (#""rows": 3"#, #""rows": 0"#, "422 invalid_event", "sections[0].rows"),
        (#""EUR""#, #""euro""#, "422 invalid_event", "currency"),
        (#""hold_ttl_seconds": 600"#, #""hold_ttl_seconds": 1"#, "422 invalid_event", "hold_ttl_seconds"),
        (#""capacity": 10"#, #""capacity": "ten""#, "400 invalid_body", "sections[1].capacity"),
        (#""capacity": 10, "#, "", "400 invalid_body", "sections[1].capacity"),
        (#""general""#, #""slots""#, "400 invalid_body", "sections[1].slots"),
        (#""general""#, #""slots", "slots": 10001"#, "422 invalid_event", "sections[1].slots"),
        (
            #""rows": 3"#, #""rows": 3, "focal_point": {"row": 4, "seat": 1}"#, "422 invalid_event",
            "sections[0].focal_point"
        ),
        (#""rows": 3"#, #""rows": 3, "focal_point": {"row": 1}"#, "400 invalid_body", "sections[0].focal_point.seat"),
        (
            #""rows": 3"#, #""rows": 3, "accessible_seats": [{"row": 1, "seat": 9}]"#, "422 invalid_event",
            "sections[0].accessible_seats"
        ),
        (#""rows": 3"#, #""rows": 3, "accessible_seats": [7]"#, "400 invalid_body", "sections[0].accessible_seats[0]"),
        (#""currency""#, #""max_hold_seconds": 599, "currency""#, "422 invalid_event", "max_hold_seconds"),
        (#""currency""#, #""max_units_per_hold": 101, "currency""#, "422 invalid_event", "max_units_per_hold"),
        (#""currency""#, #""sales_start": "soon", "currency""#, "400 invalid_body", "sales_start"),
        (
            #""currency""#, #""sales_start": "2027-03-01T19:30:00Z", "sales_end": "2027-03-01T19:30:00Z", "currency""#,
            "422 invalid_event", "sales_end"
        ),
        (#""general""#, #""standing""#, "400 invalid_body", "sections[1].kind"),
        (#""2027-03-01T19:30:00Z""#, #""tomorrow""#, "400 invalid_body", "starts_at"),
        (#""2027-03-01T19:30:00Z""#, #""1999-03-01T19:30:00Z""#, "422 invalid_event", "starts_at"),
    ])
    func `an event that cannot be is refused with its field`(
        old: String, new: String, refusal: String, field: String
    ) async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await visitor.signedIn(as: .organizer)
                .post("/api/events", Caller.event.replacing(old, with: new))
            #expect(answer.refusal == refusal)
            #expect(answer["errors"][0]["field"].string == field)
        }
    }

    @Test func `events are listed by start, filtered and page by page`() async throws {
        try await TestAPI().withRouter { visitor in
            for (name, day) in [("Third", "03"), ("First", "01"), ("Second", "02")] {
                _ = try await visitor.createEvent {
                    $0.replacing("Spring Gala", with: name).replacing("2027-03-01", with: "2027-03-\(day)")
                }
            }
            let first = try await visitor.get("/api/events?limit=2")
            #expect(first["items"].items.map { $0["name"] } == ["First", "Second"])
            let rest = try await visitor.get("/api/events?limit=2&cursor=\(first["next_cursor"].string)")
            #expect(rest["items"].items.map { $0["name"] } == ["Third"])
            #expect(rest["next_cursor"] == .null)
            #expect(try await visitor.get("/api/events?q=seco")["items"].items.count == 1)
            let from = try await visitor.get("/api/events?from=2027-03-02T20:30:00%2B01:00&to=2027-03-03T00:00:00Z")
            #expect(from["items"].items.map { $0["name"] } == ["Second"])
            #expect(try await visitor.get("/api/events?limit=many").refusal == "400 invalid_query")
            #expect(try await visitor.get("/api/events?limit=99999999999999999999").refusal == "400 invalid_query")
            #expect(try await visitor.get("/api/events?from=today").refusal == "400 invalid_query")
            #expect(try await visitor.get("/api/events?cursor=x").refusal == "400 invalid_cursor")
        }
    }

    @Test func `a list counts what is free as the events themselves do, large ones once somebody has come for them`()
        async throws
    {
        try await TestAPI().withRouter { visitor in
            var events: [String] = []
            for number in 10..<22 {
                let rows = number == 21 ? 2_000 : 3
                events.append(
                    try await visitor.createEvent {
                        $0.replacing("2027-03-01", with: "2027-03-\(number)").replacing(
                            #""rows": 3, "seats_per_row": 4"#, with: #""rows": \#(rows), "seats_per_row": 11"#)
                    })
            }
            _ = try await visitor.signedIn().hold("A-1-1", "A-1-2", on: events[3])
            func items() async throws -> [JSONValue] { try await visitor.get("/api/events?limit=50")["items"].items }
            let first = try await items()
            #expect(first.map { $0["held"] } == [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, .missing])
            #expect(first[11]["sections"][0]["available"] == .missing)
            for event in events { _ = try await visitor.get(event) }
            let second = try await items()
            #expect(second[11]["available"] == 22_010)
            #expect(second[3] == (try await visitor.get(events[3]).json))
        }
    }

    @Test(arguments: ["", "/seats"])
    func `an unknown event is not found, whatever its id looks like`(part: String) async throws {
        try await TestAPI().withRouter { visitor async throws in
            for id in ["01890000-0000-7000-8000-000000000000", "17", "%00", "..%2f..", "é"] {
                #expect(try await visitor.get("/api/events/\(id)\(part)").refusal == "404 event_not_found")
            }
        }
    }
}

import NIOCore

/// Walks once through all that a customer can do, and minds every answer.
struct SmokeJourney: Journey {
    static let name = "smoke"
    static let summary = "all that a customer can do, once, with a check for every answer"

    private let events: [Event]

    init(_ world: World, _ env: Settings) throws {
        events = try world.requireEvents(for: Self.name)
    }

    func iterate(_ user: VirtualUser) async throws {
        let event = events[Int.random(in: 0..<events.count, using: &user.random)]
        try await lookAround(event, user)
        try await signUp(user)
        try await meetRefusals(event, user)
        try await holdAndRelease(event, user)
        try await buyAndCancel(event, user)
        try await payWithBadCard(event, user)
    }

    private func lookAround(_ event: Event, _ user: VirtualUser) async throws {
        let ready = try await user.get("/health/ready", name: "ready")
        user.check("the server is ready", ready.status == 200)
        let list = try await user.getIfChanged("/api/events?limit=20", name: "events")
        user.check("events are listed", list.status == 304 || list.contains("\"items\""))
        let details = try await user.getIfChanged(event.path, name: "event")
        user.check("the event is shown", details.status == 304 || details.contains("\"capacity\""))
        let seats = try await user.getIfChanged(event.seatsPath, name: "seats")
        user.check("its seats are shown", seats.status == 304 || seats.contains("\"STALLS-1-1\""))
        var first = ""
        try await user.stream(event.streamPath, name: "stream", upTo: .seconds(10)) { event in
            first = event.name
            return .stop
        }
        user.check("a stream begins with a snapshot", first == "snapshot")
        let description = try await user.get("/openapi.json", name: "openapi")
        user.check("the API is described", description.contains("\"openapi\""))
    }

    private func signUp(_ user: VirtualUser) async throws {
        let email = "smoke-\(UInt64.random(in: 0...UInt64.max))@usher.example"
        let credentials = "\"email\":\"\(email)\",\"password\":\"a-smoke-test\""
        let registered = try await user.post(
            "/api/users/register", "{\(credentials),\"name\":\"Smoke\"}", name: "register",
            expecting: ExpectedStatuses(201))
        user.check("one can register", registered.status == 201)
        let login = try await user.post("/api/users/login", "{\(credentials)}", name: "login")
        user.check("one can log in", login.status == 200 && login.text(of: "token") != nil)
        let profile = try await user.get("/api/users/profile", name: "profile")
        user.check("one sees one's profile", profile.text(of: "email") == user.account.email)
    }

    private func meetRefusals(_ event: Event, _ user: VirtualUser) async throws {
        let body = event.holdBody(of: 0..<1)
        let unknown = try await user.request(
            .post, event.holdPath, body: body, name: "hold_unknown", expecting: ExpectedStatuses(401), isSignedIn: false
        )
        user.check("who is not signed in holds nothing", unknown.status == 401)
        let nowhere = try await user.get(
            "/api/events/00000000-0000-7000-8000-000000000000", name: "event_unknown", expecting: ExpectedStatuses(404))
        user.check("what is not there is not found", nowhere.status == 404)
        let nonsense = try await user.post(
            event.holdPath, "{\"seats\":[\"NOWHERE-1-1\"]}", name: "hold_nonsense", expecting: ExpectedStatuses(422))
        user.check("a seat that is not there is refused", nonsense.status == 422)
    }

    private func holdAndRelease(_ event: Event, _ user: VirtualUser) async throws {
        let key = [("Idempotency-Key", "smoke-\(UInt64.random(in: 0...UInt64.max))")]
        let first = try await holdBest(event, user, key)
        guard let id = first.text(of: "hold_id"), let seat = first.text(of: "unit") else { return }
        let again = try await holdBest(event, user, key)
        user.check(
            "the same key gives the same hold",
            again.text(of: "hold_id") == id && again.head.field("idempotent-replayed") == "true")
        let taken = try await user.post(
            event.holdPath, "{\"seats\":[\"\(seat)\"]}", name: "hold_taken", expecting: ExpectedStatuses(409))
        user.check("a seat that is held is not held again", taken.contains("\"seats_unavailable\""))
        let path = "\(event.holdPath)/\(id)"
        let shown = try await user.get(path, name: "hold_shown")
        user.check("a hold is shown", shown.text(of: "hold_id") == id)
        let extended = try await user.request(.patch, path, name: "extend")
        user.check("a hold is extended", extended.status == 200)
        let released = try await user.delete(path, name: "release", expecting: ExpectedStatuses(204))
        user.check("a hold is released", released.status == 204)
    }

    private func buyAndCancel(_ event: Event, _ user: VirtualUser) async throws {
        guard let id = try await holdBest(event, user).text(of: "hold_id"),
            let booking = try await user.book(id, card: "tok_visa")
        else { return }
        user.check("a booking is confirmed", try await user.end(of: booking) == .confirmed)
        let shown = try await user.get(booking.path, name: "booking")
        user.check("a booking is shown", shown.contains("\"status\":\"confirmed\""))
        let list = try await user.get("/api/users/\(booking.owner)/bookings?limit=5", name: "bookings")
        user.check("bookings are listed", list.contains("\"booking_id\""))
        try await user.cancel(booking)
    }

    private func payWithBadCard(_ event: Event, _ user: VirtualUser) async throws {
        guard let id = try await holdBest(event, user).text(of: "hold_id"),
            let booking = try await user.book(id, card: "tok_chargeDeclined")
        else { return }
        user.check("a declined card buys nothing", try await user.end(of: booking) == .failed)
        let released = try await user.delete(
            "\(event.holdPath)/\(id)", name: "release", expecting: ExpectedStatuses(204))
        user.check("its places are held on until released", released.status == 204)
    }

    /// Best seats, so that users do not get into each other's way.
    private func holdBest(
        _ event: Event, _ user: VirtualUser, _ fields: [(String, String)] = []
    ) async throws(RequestFailure) -> Response {
        let answer = try await user.post(
            event.holdPath, "{\"best_available\":{\"quantity\":2}}", name: "hold_best",
            expecting: ExpectedStatuses(201),
            fields: fields)
        if user.check("the best seats are held", answer.status == 201) { user.count("holds") }
        return answer
    }
}

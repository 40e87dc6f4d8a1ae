import Foundation
import Testing

@testable import Usher

/// A user with her token, and what she does at the API.
struct TestUser: Sendable {
    let id: String
    let email: String
    let api: APIClient

    /// Registers somebody new.
    static func registered(at server: ServerProcess) async throws -> TestUser {
        let email = "customer-\(UUID().uuidString.lowercased())@usher.example"
        let session: SessionAnswer = try await APIClient(baseURL: server.url).post(
            "/api/users/register", #"{"email": "\#(email)", "password": "correct horse", "name": "Cleo Customer"}"#
        ).expect(201)
        return TestUser(session, at: server)
    }

    /// Logs the organizer of the demo data in.
    static func organizer(at server: ServerProcess) async throws -> TestUser {
        let account = DemoAccount.organizer
        let session: SessionAnswer = try await APIClient(baseURL: server.url).post(
            "/api/users/login", #"{"email": "\#(account.email)", "password": "\#(account.password)"}"#
        ).expect(200)
        return TestUser(session, at: server)
    }

    private init(_ session: SessionAnswer, at server: ServerProcess) {
        id = session.user.id
        email = session.user.email
        api = APIClient(baseURL: server.url, token: session.token)
    }

    /// The same user at the server that runs now.
    func at(_ server: ServerProcess) -> TestUser {
        TestUser(id: id, email: email, api: APIClient(baseURL: server.url, token: api.token))
    }

    private init(id: String, email: String, api: APIClient) {
        self.id = id
        self.email = email
        self.api = api
    }
}

extension TestUser {
    /// Creates an event with rows of ten seats, `STALLS-1-1` and so on, and a floor for a hundred.
    func createEvent(
        rows: Int = 2, holdTTL: Int = 600, unitsPerCustomer: Int = 10, name: String = "Test Night"
    ) async throws -> EventAnswer {
        try await api.post(
            "/api/events",
            """
            {"name": "\(name)", "venue": "Test Hall", "starts_at": "2030-06-01T19:30:00Z", "currency": "EUR",
             "hold_ttl_seconds": \(holdTTL), "max_units_per_customer": \(unitsPerCustomer),
             "sections": [{"name": "STALLS", "kind": "seated", "rows": \(rows), "seats_per_row": 10, "price": 8500},
                          {"name": "FLOOR", "kind": "general", "capacity": 100, "price": 4500}]}
            """
        ).expect(201)
    }

    func hold(_ seats: String..., floor: Int = 0, of event: EventAnswer) async throws -> HoldAnswer {
        let names = seats.map { #""\#($0)""# }.joined(separator: ", ")
        let general = floor == 0 ? "" : #"{"section": "FLOOR", "quantity": \#(floor)}"#
        return try await api.post(
            "/api/events/\(event.id)/hold", #"{"seats": [\#(names)], "general": [\#(general)]}"#
        ).expect(201)
    }

    /// Holds the best seats side by side.
    func holdBest(_ quantity: Int, of event: EventAnswer) async throws -> HoldAnswer {
        try await api.post(
            "/api/events/\(event.id)/hold", #"{"best_available": {"quantity": \#(quantity), "section": "STALLS"}}"#
        ).expect(201)
    }

    func book(_ hold: HoldAnswer, paymentToken: String = "tok_visa") async throws -> BookingAnswer {
        try await requestBooking(of: hold, paymentToken: paymentToken).expect(202)
    }

    /// Asks for a booking, which may be refused.
    func requestBooking(of hold: HoldAnswer, paymentToken: String = "tok_visa") async throws -> APIClient.Answer {
        try await api.post(
            "/api/booking", #"{"hold_id": "\#(hold.holdId)", "payment": {"token": "\#(paymentToken)"}}"#)
    }

    /// Waits, by the booking's stream, until it has ended, and reads it.
    func end(ofBooking id: String) async throws -> BookingAnswer {
        try await api.follow("/api/booking/\(id)/stream")
        return try await api.get("/api/booking/\(id)").expect(200)
    }

    /// All bookings of the user, over all pages.
    func bookings() async throws -> [BookingAnswer] {
        var bookings: [BookingAnswer] = []
        var cursor: String?
        repeat {
            let query = cursor.map { "&cursor=\($0)" } ?? ""
            let page: PageAnswer<BookingAnswer> =
                try await api.get("/api/users/\(id)/bookings?limit=100\(query)").expect(200)
            bookings += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return bookings
    }

    /// An event's available, held and booked places.
    func counts(of event: EventAnswer) async throws -> [Int?] {
        let event: EventAnswer = try await api.get("/api/events/\(event.id)").expect(200)
        return [event.available, event.held, event.booked]
    }

    func seats(of event: EventAnswer) async throws -> SeatsAnswer {
        try await api.get("/api/events/\(event.id)/seats").expect(200)
    }
}

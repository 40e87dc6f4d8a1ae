import Accounts
import AsyncHTTPClient
import Catalog
import Inventory
import NIOHTTP1
import Simulation
import Testing

@testable import Booking
@testable import HTTPAPI

/// A stream is open no longer than the session of whoever has opened it.
@Suite("Streams and sessions over a socket", .timeLimit(.minutes(1)))
struct StreamSessionTests {
    private struct Scene: Sendable {
        let api: TestAPI
        let customer: LiveClient
        let booking: String
        let event: UniqueID

        var bookingStream: String { "\(booking)/stream" }
        var seatStream: String { "/api/events/\(event)/stream" }
    }

    /// A customer who has logged in, with a booking that waits for its payment.
    private func withCustomer(_ body: @Sendable (Scene) async throws -> Void) async throws {
        let api = try await TestAPI(configuration: HTTPConfiguration(port: 0, heartbeatInterval: .milliseconds(50)))
        let event = try await api.catalog.create(
            .init(
                name: "Gala", venue: "Hall", startsAt: api.clock.timestamp, currency: "EUR",
                sections: [.init(name: "A", kind: .seated(rows: 1, seatsPerRow: 1), priceMinor: 1)]),
            organizer: SystemIdentifierSource().next(at: api.clock.timestamp), at: api.clock.timestamp)
        try await api.accounts.ensureUser(
            email: "ann@usher.example", password: "correct horse", name: "Ann", role: .customer)
        try await api.withServer { port, _ in
            let customer = try await LiveClient(port: port).loggedIn()
            let id = event.offering.id
            let hold = try await customer.post("/api/events/\(id)/hold", #"{"seats": ["A-1-1"]}"#)
            let booking = try await customer.post(
                "/api/booking",
                #"{"hold_id": "\#(hold["hold_id"].string)", "payment": {"token": "tok_wait"}}"#)
            try await body(
                Scene(api: api, customer: customer, booking: booking["links"]["self"].string, event: id))
        }
    }

    @Test func `a logout ends the streams of its session, opened by a token or by a ticket`() async throws {
        try await withCustomer { scene in
            let customer = scene.customer
            let ticket = try await customer.ticket(for: scene.bookingStream)
            let seatTicket = try await customer.ticket(for: scene.seatStream)
            let streams = [
                try await customer.open(scene.bookingStream, withToken: true),
                try await customer.open("\(scene.bookingStream)?ticket=\(ticket)"),
                try await customer.open(scene.seatStream, withToken: true),
                try await customer.open("\(scene.seatStream)?ticket=\(seatTicket)"),
            ]
            #expect(streams.map(\.status) == [200, 200, 200, 200])
            try await customer.post("/api/auth/logout")
            // They are read to their end, which would not come before the payment.
            for stream in streams { #expect(try await !stream.states().contains { $0.id == "3" }) }
            #expect(try await customer.open(scene.bookingStream, withToken: true).status == 401)
            #expect(try await customer.open("\(scene.bookingStream)?ticket=\(ticket)").status == 401)
        }
    }

    @Test func `the streams of nobody, and of another session, go on`() async throws {
        try await withCustomer { scene in
            let other = try await scene.customer.loggedIn()
            var seats = try await other.open(scene.seatStream).makeAsyncIterator()
            var booking = try await other.open(scene.bookingStream, withToken: true).makeAsyncIterator()
            let ended = try await scene.customer.open(scene.bookingStream, withToken: true)
            try await scene.customer.post("/api/auth/logout")
            _ = try await ended.states()
            scene.api.gateway.payNow()
            while let event = try await booking.next(), event.id != "3" {}
            while let event = try await seats.next(), !event.data.contains("booked") {}
        }
    }

    @Test func `another password ends the streams of the user's other sessions`() async throws {
        try await withCustomer { scene in
            let stream = try await scene.customer.open(scene.bookingStream, withToken: true)
            let other = try await scene.customer.loggedIn()
            try await other.put(
                "/api/users/password", #"{"current_password": "correct horse", "new_password": "battery staple"}"#)
            #expect(try await !stream.states().contains { $0.id == "3" })
            #expect(try await other.open(scene.bookingStream, withToken: true).status == 200)
        }
    }

    @Test func `a token of a session that has ended is refused on a connection that stays open`() async throws {
        try await withCustomer { scene in
            let other = try await scene.customer.loggedIn()
            #expect(try await scene.customer.get("/api/auth/me").status == .ok)
            try await scene.customer.post("/api/auth/logout")
            let refused = try await scene.customer.get("/api/auth/me")
            #expect(refused.status == .unauthorized)
            #expect(try await refused.json["code"] == "token_revoked")
            #expect(try await other.get("/api/auth/me").status == .ok)
        }
    }
}

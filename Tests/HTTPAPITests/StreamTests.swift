import Accounts
import Catalog
import Foundation
import Inventory
import LocalStack
import Logging
import NIOCore
import Simulation
import Testing

@testable import Booking
@testable import HTTPAPI

@Suite("Streams over a socket", .timeLimit(.minutes(1)))
struct StreamTests {
    /// An API without workers' help: the booking waits for its payment until `payNow`.
    private func withBooking(
        configuration: HTTPConfiguration = HTTPConfiguration(port: 0),
        _ body:
            @Sendable (TestAPI, _ booking: String, _ stream: String, _ shutdown: @escaping @Sendable () async -> Void)
            async throws -> Void
    ) async throws {
        let api = try await TestAPI(configuration: configuration)
        try await api.withServer { port, shutdown in
            let booking = try await api.bookASeat()
            let path = "/api/booking/\(booking.id)/stream"
            let token = api.tokens.issue(
                userID: booking.customer.id, email: booking.customer.email, role: .customer)
            let ticket = try await api.tokens.issueStreamTicket(for: path, to: api.tokens.verify(token.text))
            let url = "http://127.0.0.1:\(port)\(path)?ticket=\(ticket.text)"
            try await body(api, booking.id.description, url, shutdown)
        }
    }

    @Test func `a stream tells each state once and ends with the booking`() async throws {
        try await withBooking { api, booking, url, _ in
            let stream = try await EventSource.open(url)
            #expect(stream.status == 200)
            #expect(stream.contentType == "text/event-stream")
            var events = stream.makeAsyncIterator()
            var states: [EventSource.Event] = []
            while let event = try await events.next() {
                guard !event.isComment else { continue }
                states.append(event)
                if event.id == "2" { api.gateway.payNow() }
            }
            #expect(states.suffix(2).map(\.id) == ["2", "3"])
            #expect(states.allSatisfy { $0.name == "status" })
            let last = try JSONValue(Data((states.last?.data ?? "").utf8))
            #expect(last["booking_id"].string == booking)
            #expect([last["status"], last["version"]] == ["confirmed", 3])
        }
    }

    @Test func `a stream is resumed after the last event that was seen`() async throws {
        try await withBooking { api, _, url, _ in
            let resumed = try await EventSource.open(url, lastEventID: "2")
            api.gateway.payNow()
            #expect(try await resumed.states().map(\.id) == ["3"])
            #expect(try await EventSource.open(url).states().map(\.id) == ["3"])
            // Seen to the end: an EventSource connects again until it gets this answer.
            #expect(try await EventSource.open(url, lastEventID: "3").status == 204)
        }
    }

    @Test func `a stream ends with its booking although the request's body never comes`() async throws {
        let configuration = HTTPConfiguration(port: 0, bodyTimeout: .milliseconds(50))
        try await withBooking(configuration: configuration) { api, _, url, _ in
            api.gateway.payNow()
            _ = try await EventSource.open(url).states()
            let url = try #require(URLComponents(string: url))
            let request = "GET \(url.path)?\(url.query ?? "") HTTP/1.1\r\nHost: usher\r\nContent-Length: 10\r\n\r\n"
            let answer = try await RawConnection(port: url.port ?? 0).exchange(request)
            #expect(answer.contains("id: 3"))
        }
    }

    @Test func `an idle stream shows that it lives`() async throws {
        let configuration = HTTPConfiguration(port: 0, heartbeatInterval: .milliseconds(5))
        try await withBooking(configuration: configuration) { _, _, url, _ in
            let comments = try await EventSource.open(url).filter(\.isComment).prefix(3)
            #expect(try await comments.reduce(0) { count, _ in count + 1 } == 3)
        }
    }

    @Test func `a graceful shutdown ends open streams`() async throws {
        try await withBooking { _, _, url, shutdown in
            var events = try await EventSource.open(url).makeAsyncIterator()
            _ = try await events.next()
            await shutdown()
            while let event = try await events.next() { #expect(event.id != "3") }
        }
    }

    @Test func `a client that goes away gives its place to another`() async throws {
        let configuration = HTTPConfiguration(port: 0, streamLimits: StreamLimits(perUser: 1))
        try await withBooking(configuration: configuration) { _, _, url, _ in
            let client = Task {
                for try await _ in try await EventSource.open(url) { withUnsafeCurrentTask { $0?.cancel() } }
            }
            _ = await client.result
            while try await EventSource.open(url).status != 200 {}
        }
    }

    @Test func `a user's streams, an address' and a node's are limited`() async throws {
        let limits: [(StreamLimits, UInt, String)] = [
            (StreamLimits(perUser: 1), 429, "too_many_streams"),
            (StreamLimits(perAddress: 1), 429, "too_many_streams"),
            (StreamLimits(total: 1), 503, "overloaded"),
        ]
        for (limit, status, code) in limits {
            let configuration = HTTPConfiguration(port: 0, streamLimits: limit)
            try await withBooking(configuration: configuration) { _, _, url, _ in
                var events = try await EventSource.open(url).makeAsyncIterator()
                _ = try await events.next()
                let refused = try await EventSource.open(url)
                #expect(refused.status == status)
                #expect(refused.retryAfter == "10")
                let problem = try JSONValue(Data(try await refused.body.collect(upTo: 10_000).readableBytesView))
                #expect(problem["code"].string == code)
            }
        }
    }
}

extension TestAPI {
    /// Books a seat whose payment waits.
    fileprivate func bookASeat() async throws -> Booking {
        let organizer = SystemIdentifierSource().next(at: clock.timestamp)
        let customer = Customer(id: SystemIdentifierSource().next(at: clock.timestamp), email: "ann@usher.example")
        let section = Layout.Section(name: "A", kind: .seated(rows: 1, seatsPerRow: 1), priceMinor: 1)
        let event = try await catalog.create(
            .init(name: "Gala", venue: "Hall", startsAt: clock.timestamp, currency: "EUR", sections: [section]),
            organizer: organizer, at: clock.timestamp)
        let hold = try await bookings.hold(on: event.offering.id, for: customer, HoldRequest(seats: ["A-1-1"]))
        return try await bookings.book(hold.id, for: customer, paymentToken: "tok_wait")
    }
}

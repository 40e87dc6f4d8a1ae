import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import LocalStack
import Randomness
import Synchronization
import Testing

@testable import Usher

/// The client against a server that fails as it is told.
@Suite(.timeLimit(.minutes(1))) struct DemoClientTests {
    @Test func `a busy server is asked again`() async throws {
        let requests = RequestLog()
        let router = Router()
        router.post("/api/booking") { _, _ in
            requests.append("booking") < 3
                ? Response(status: .serviceUnavailable, headers: [.retryAfter: "0"])
                : Response(status: .accepted, body: .init(byteBuffer: .init(string: queued)))
        }
        try await withClient(of: router) { client in
            let body = BookingBody.Request(holdId: "h", payment: .init(token: "tok_visa"))
            let answer = try await client.post("/api/booking", body, token: "t")
            #expect(answer.status == 202)
            #expect(try answer.decode(BookingBody.self).bookingId == "b1")
        }
        #expect(requests.entries.count == 3)
    }

    @Test func `a refusal is an answer with its code`() async throws {
        let router = Router()
        router.get("/x") { _, _ in
            Response(
                status: .conflict, body: .init(byteBuffer: .init(string: #"{"code":"hold_booked"}"#)))
        }
        try await withClient(of: router) { client in
            let answer = try await client.get("/x", token: nil)
            #expect(answer.status == 409)
            #expect(answer.problem?.code == "hold_booked")
        }
    }

    @Test func `a stream that breaks is resumed behind the last event seen`() async throws {
        let requests = RequestLog()
        let router = Router()
        router.get("/api/booking/b1/stream") { request, _ in
            let isFirst =
                requests.append(
                    request.headers.first { $0.name.canonicalName == "last-event-id" }?.value ?? "none") == 1
            let state = isFirst ? queued : confirmed
            return Response(
                status: .ok, body: .init(byteBuffer: .init(string: ":\n\nid: 1\nevent: status\ndata: \(state)\n\n")))
        }
        try await withClient(of: router) { client in
            let end = try await client.end(ofBooking: "b1", token: "t")
            #expect(end.status == "confirmed")
        }
        #expect(requests.entries == ["none", "1"])
    }

    @Test func `a stream without anything new leads to the booking itself`() async throws {
        let router = Router()
        router.get("/api/booking/b1/stream") { _, _ in Response(status: .noContent) }
        router.get("/api/booking/b1") { _, _ in
            Response(status: .ok, body: .init(byteBuffer: .init(string: confirmed)))
        }
        try await withClient(of: router) { client in
            let end = try await client.end(ofBooking: "b1", token: "t")
            #expect(end.status == "confirmed")
        }
    }

    @Test func `the token goes with every request`() async throws {
        let requests = RequestLog()
        let router = Router()
        router.delete("/x") { request, _ in
            _ = requests.append(request.headers[.authorization] ?? "none")
            return Response(status: .noContent)
        }
        try await withClient(of: router) { client in
            let answer = try await client.delete("/x", token: "t1")
            #expect(answer.status == 204)
        }
        #expect(requests.entries == ["Bearer t1"])
    }

    @Test func `a customer asks for a booking again with the same key, and follows it`() async throws {
        let requests = RequestLog()
        let router = Router()
        router.post("/api/events/e1/hold") { _, _ in
            Response(status: .created, body: .init(byteBuffer: .init(string: #"{"hold_id":"h1"}"#)))
        }
        router.post("/api/booking") { request, _ in
            let key = request.headers.first { $0.name.canonicalName == "idempotency-key" }?.value
            guard requests.append(key ?? "none") == 1 else {
                return Response(status: .accepted, body: .init(byteBuffer: .init(string: confirmed)))
            }
            return Response(
                status: .conflict, body: .init(byteBuffer: .init(string: #"{"code":"idempotency_key_in_use"}"#)))
        }
        router.get("/api/booking/b1/stream") { _, _ in
            Response(status: .ok, body: .init(byteBuffer: .init(string: "event: status\ndata: \(confirmed)\n\n")))
        }
        try await withClient(of: router) { client in
            let customer = DemoCustomer(plan: try payingPlan(), token: "t", eventID: "e1", client: client)
            let tally = await customer.visit()
            #expect(tally.failures.isEmpty)
            #expect(tally.bookings == [DemoTally.FollowedBooking(id: "b1", end: "confirmed")])
            #expect(tally.confirmationLatencies.percentile(50) != nil)
        }
        #expect(requests.entries.count == 2)
        #expect(Set(requests.entries).count == 1)
        #expect(requests.entries.first != "none")
    }

    @Test func `a customer looks for other places as often as planned, then goes`() async throws {
        let router = Router()
        router.post("/api/events/e1/hold") { _, _ in
            Response(status: .conflict, body: .init(byteBuffer: .init(string: #"{"code":"seats_unavailable"}"#)))
        }
        try await withClient(of: router) { client in
            let customer = DemoCustomer(plan: try payingPlan(), token: "t", eventID: "e1", client: client)
            let tally = await customer.visit()
            #expect((tally.holdsAsked, tally.holdsRefused, tally.holdsGranted) == (4, 4, 0))
            #expect(tally.failures.isEmpty)
        }
    }

    private func payingPlan() throws -> CustomerPlan {
        var generator = SeededRandom(seed: 1)
        let plans = (0..<100).map { _ in CustomerPlan(arrivals: .zero, using: &generator) }
        return try #require(plans.first { $0.intention == .pay(card: "tok_visa") })
    }

    /// A client of a server that answers as the router says.
    private func withClient(
        of router: Router<BasicRequestContext>, _ body: @Sendable (DemoClient) async throws -> Void
    ) async throws {
        let http = HTTPClient(configuration: DemoClient.configuration(connections: 4))
        try await withServer(of: router) { try await body(DemoClient(http: http, baseURL: "\($0)/")) }
        try await http.shutdown()
    }
}

private let queued = #"{"booking_id":"b1","status":"queued","version":1}"#
private let confirmed = #"{"booking_id":"b1","status":"confirmed","version":2}"#

/// What a server was asked, in order.
private final class RequestLog: Sendable {
    private let log = Mutex<[String]>([])

    var entries: [String] { log.withLock { $0 } }

    /// - Returns: The number of entries, with this one.
    func append(_ entry: String) -> Int {
        log.withLock {
            $0.append(entry)
            return $0.count
        }
    }
}

import Foundation
import NIOHTTP1
import Testing

/// Whatever is sent: a problem with a stable code, nothing is held, charged or lost, and the server lives on.
@Suite(.sharedServer(.withoutKafka), .timeLimit(.minutes(3)))
struct BadInputTests {
    @Test(arguments: BadRequest.unreadableBodies) func `an unreadable body is refused`(_ request: BadRequest)
        async throws
    {
        try await expectRefusal(of: request)
    }

    @Test(arguments: BadRequest.holds) func `a senseless hold is refused`(_ request: BadRequest) async throws {
        try await expectRefusal(of: request)
    }

    @Test(arguments: BadRequest.bookings) func `a senseless booking is refused`(_ request: BadRequest) async throws {
        try await expectRefusal(of: request)
    }

    @Test(arguments: BadRequest.tokens) func `who may not is refused`(_ request: BadRequest) async throws {
        try await expectRefusal(of: request)
    }

    @Test(arguments: BadRequest.events) func `a senseless event or query is refused`(_ request: BadRequest) async throws
    {
        try await expectRefusal(of: request)
    }

    @Test(arguments: BadRequest.paths) func `a path or method that is not there is refused`(
        _ request: BadRequest
    ) async throws {
        try await expectRefusal(of: request)
    }

    @Test func `a conflict names every place that is in the way, and who may not have it`() async throws {
        let scene = try await Scene(at: try SharedServer.current)
        let answer = try await scene.customer.api.post(
            "/api/events/\(scene.event.id)/hold", #"{"seats": ["STALLS-1-2", "STALLS-1-3", "STALLS-1-5"]}"#)
        let unavailable = try #require(answer.problem?.unavailable)
        #expect(unavailable.map(\.unit) == ["STALLS-1-2", "STALLS-1-3"])
        #expect(unavailable.map(\.status) == ["held", "booked"])
    }

    @Test func `an expired hold is gone and its places are on sale again`() async throws {
        let server = try SharedServer.current
        let event = try await TestUser.organizer(at: server).createEvent(holdTTL: 10)
        let (customer, other) = (try await TestUser.registered(at: server), try await TestUser.registered(at: server))
        let hold = try await customer.hold("STALLS-1-1", floor: 4, of: event)
        let deadline = ContinuousClock.now + .milliseconds(hold.expiresInMs)
        #expect(try await customer.counts(of: event) == [115, 5, 0])
        // The passing of real time is what is tested here.
        try await ContinuousClock().sleep(until: deadline)

        #expect(try await customer.counts(of: event) == [120, 0, 0])
        #expect(try await customer.requestBooking(of: hold).problem?.code == "hold_expired")
        let read = try await customer.api.get("/api/events/\(event.id)/hold/\(hold.holdId)")
        #expect(read.status == 410)
        #expect(read.problem?.code == "hold_expired")
        #expect(try await other.hold("STALLS-1-1", of: event).claims.count == 1)
    }

    @Test func `a flood of header fields ends in an answer or a closed connection, and the server lives on`()
        async throws
    {
        let server = try SharedServer.current
        let api = APIClient(baseURL: server.url)
        let many = HTTPHeaders((0..<5_000).map { ("x-flood-\($0)", "drip") })
        let long = HTTPHeaders([("x-flood", String(repeating: "x", count: 1 << 20))])
        for headers in [many, long] {
            // The server may close the connection before all is sent; then there is no answer.
            if let answer = try? await api.send(.GET, "/api/events", headers: headers) {
                #expect((400..<500).contains(answer.status))
            }
            #expect(try await api.get("/health/live").status == 200)
        }
    }

    /// Sends the request in a scene of its own, and looks afterwards whether anything has changed.
    private func expectRefusal(of request: BadRequest) async throws {
        let server = try SharedServer.current
        let scene = try await Scene(at: server)
        let before = try await scene.state()
        let answer = try await scene.send(request)
        #expect(answer.status == request.status, "\(String(decoding: answer.body, as: UTF8.self))")
        let problem = try #require(answer.problem)
        #expect(problem.code == request.code)
        #expect(problem.status == request.status)
        #expect(!problem.requestId.isEmpty)
        #expect(try await scene.state() == before)
        #expect(try await APIClient(baseURL: server.url).get("/health/live").status == 200)
    }
}

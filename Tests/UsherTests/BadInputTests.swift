import Foundation
import NIOHTTP1
import Testing

/// Whatever is sent: a problem with a stable code, nothing is held, charged or lost, and the server lives on.
///
/// One after the other, since a hundred registrations at once would rather be told that the server is busy.
@Suite(.serialized, .sharedServer(.withoutKafka), .timeLimit(.minutes(3)))
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

import HTTPAPI
import HTTPTypes
import Testing

@Suite("Problems and health", .timeLimit(.minutes(1)))
struct ProblemTests {
    private static let requestID = HTTPField.Name("X-Request-ID")!

    @Test(arguments: ["/api", "/api/nothing", "/", "/api/events/17/nothing", "/metrics"])
    func `an unknown path is not found`(path: String) async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await visitor.get(path)
            #expect(answer.refusal == "404 not_found")
            answer.expectProblem()
        }
    }

    @Test func `another method on a known path is refused with those that it takes`() async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await visitor.delete("/api/events")
            #expect(answer.refusal == "405 method_not_allowed")
            #expect(answer.headers[.allow] == "GET, HEAD, OPTIONS, POST")
            #expect(try await visitor.send(.patch, "/api/booking/17").headers[.allow] == "DELETE, GET, HEAD, OPTIONS")
            #expect(try await visitor.send(.head, "/api/events").status == .ok)
            for method in [HTTPRequest.Method.trace, .query] {
                #expect(try await visitor.send(method, "/api/events").refusal == "405 method_not_allowed")
            }
        }
    }

    @Test func `a sane request id is kept, another replaced`() async throws {
        try await TestAPI().withRouter { visitor in
            for id in ["a", "Run-7_trace.1", String(repeating: "x", count: 64)] {
                let answer = try await visitor.get("/api/nothing", headers: [Self.requestID: id])
                #expect(answer["request_id"].string == id)
                #expect(answer.headers[Self.requestID] == id)
            }
            for id in ["", "two words", "a/b", "é", String(repeating: "x", count: 65)] {
                let made = try await visitor.get("/health/live", headers: [Self.requestID: id]).headers[Self.requestID]
                #expect(made != id)
                #expect(made?.isEmpty == false)
            }
        }
    }

    @Test func `a live process says so`() async throws {
        try await TestAPI().withRouter { visitor async throws in
            #expect(try await visitor.get("/health/live").status == .ok)
        }
    }

    @Test(arguments: [
        (true, true, 200, "ready"), (true, false, 200, "degraded"), (false, true, 503, "unavailable"),
    ])
    func `readiness needs what is required`(
        postgres: Bool, redis: Bool, status: Int, word: String
    ) async throws {
        let checks = [
            ReadinessCheck(name: "postgres") { postgres },
            ReadinessCheck(name: "redis", isRequired: false) { redis },
        ]
        try await TestAPI(readiness: checks).withRouter { visitor in
            let answer = try await visitor.get("/health/ready")
            #expect(answer.status.code == status)
            #expect(answer["status"].string == word)
            #expect(answer["checks"][1]["state"].string == (redis ? "up" : "down"))
        }
    }
}

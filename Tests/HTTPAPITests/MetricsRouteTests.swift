import HTTPAPI
import HTTPTypes
import Testing

@Suite struct MetricsRouteTests {
    @Test func `the page is as Prometheus reads it`() async throws {
        try await TestAPI(metrics: MetricsPage { "up 1\n" }).withRouter { visitor in
            let answer = try await visitor.get("/metrics")
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.text == "up 1\n")
        }
    }

    @Test func `with a token only its bearer may read`() async throws {
        let page = MetricsPage(token: "the metrics' token") { "up 1\n" }
        try await TestAPI(metrics: page).withRouter { visitor in
            #expect(try await visitor.get("/metrics").refusal == "401 missing_token")
            for authorization in ["Bearer other", "the metrics' token", "Basic dXNlcjp4"] {
                let answer = try await visitor.get("/metrics", headers: [.authorization: authorization])
                #expect(answer.refusal == "401 invalid_token")
            }
            let answer = try await visitor.get("/metrics", headers: [.authorization: "Bearer the metrics' token"])
            #expect(answer.text == "up 1\n")
        }
    }

    @Test func `without a page there is no path`() async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await visitor.get("/metrics")
            #expect(answer.status == .notFound)
        }
    }
}

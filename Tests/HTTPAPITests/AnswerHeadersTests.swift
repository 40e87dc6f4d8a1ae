import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Headers for browsers", .timeLimit(.minutes(1)))
struct AnswerHeadersTests {
    private static let page = "https://shop.example"

    private func withAPI(
        origins: Set<String> = [], _ body: @escaping @Sendable (Caller) async throws -> Void
    ) async throws {
        var configuration = HTTPConfiguration(port: 0)
        configuration.corsOrigins = origins
        try await TestAPI(configuration: configuration).withRouter(body)
    }

    @Test func `no answer is taken for what it is not, or shown in a frame`() async throws {
        try await withAPI { visitor in
            for path in ["/api/events", "/api/nothing", "/health/live"] {
                let headers = try await visitor.get(path).headers
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
                #expect(headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
                #expect(headers[.strictTransportSecurity] == nil)
                #expect(headers[.vary] == nil)
            }
        }
    }

    @Test func `what somebody was told with a token is not kept by caches`() async throws {
        try await withAPI { visitor in
            let own = try await visitor.signedIn().get("/api/users/x/bookings").headers
            #expect(own[.cacheControl] == "no-store")
            let anybodys = try await visitor.get("/api/events").headers
            #expect(anybodys[.cacheControl]?.hasPrefix("public") == true)
        }
    }

    @Test func `a server that speaks TLS wants nothing else in future`() {
        var headers = HTTPFields()
        AnswerHeaders(isEncrypted: true, origins: []).complete(&headers, request: [:])
        #expect(headers[.strictTransportSecurity] == "max-age=31536000")
    }

    @Test func `a page of an allowed origin may read answers, and refusals too`() async throws {
        try await withAPI(origins: [Self.page]) { visitor in
            for path in ["/api/events", "/api/nothing"] {
                let headers = try await visitor.get(path, headers: [.origin: Self.page]).headers
                #expect(headers[.accessControlAllowOrigin] == Self.page)
                #expect(headers[.accessControlExposeHeaders]?.contains("Retry-After") == true)
                #expect(headers[.vary] == "Origin")
                #expect(headers[.accessControlAllowCredentials] == nil)
            }
        }
    }

    @Test(arguments: ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example"])
    func `a page of another origin may not`(origin: String) async throws {
        try await withAPI(origins: [Self.page]) { visitor in
            let headers = try await visitor.get("/api/events", headers: [.origin: origin]).headers
            #expect(headers[.accessControlAllowOrigin] == nil)
            #expect(headers[.vary] == "Origin")
            let preflight = try await visitor.send(
                .options, "/api/events", headers: [.origin: origin, .accessControlRequestMethod: "POST"])
            #expect(preflight.headers[.accessControlAllowMethods] == nil)
        }
    }

    @Test func `the question before a request is answered without a token`() async throws {
        for allowed in [Self.page, "*"] {
            try await withAPI(origins: [allowed]) { visitor in
                let answer = try await visitor.send(
                    .options, "/api/booking",
                    headers: [
                        .origin: Self.page, .accessControlRequestMethod: "POST",
                        .accessControlRequestHeaders: "authorization,idempotency-key",
                    ])
                #expect(answer.status == .noContent)
                #expect(answer.headers[.accessControlAllowOrigin] == allowed)
                #expect(answer.headers[.accessControlAllowMethods]?.contains("POST") == true)
                #expect(answer.headers[.accessControlAllowHeaders]?.contains("Idempotency-Key") == true)
                #expect(answer.headers[.accessControlMaxAge] == "600")
                #expect(answer.headers[.vary] == "Origin")
            }
        }
    }

    @Test func `a path says which methods it takes`() async throws {
        try await withAPI { visitor in
            let answer = try await visitor.send(.options, "/api/booking/x")
            #expect(answer.status == .noContent)
            #expect(answer.headers[.allow] == "DELETE, GET, HEAD, OPTIONS")
            #expect(try await visitor.send(.options, "/api/nothing").refusal == "404 not_found")
        }
    }
}

import HTTPAPI
import Testing

@Suite("Limits of the server", .timeLimit(.minutes(1)))
struct ServerLimitTests {
    private func exchange(
        _ text: String, _ configuration: HTTPConfiguration = HTTPConfiguration(port: 0)
    ) async throws -> String {
        let (answers, output) = AsyncStream.makeStream(of: String.self)
        try await TestAPI(configuration: configuration).withServer { port, _ in
            output.yield(try await RawConnection(port: port).exchange(text))
        }
        return try #require(await answers.first { _ in true })
    }

    private func post(_ length: Int, _ body: String = "") -> String {
        """
        POST /api/users/login HTTP/1.1\r
        Host: usher\r
        Content-Type: application/json\r
        Content-Length: \(length)\r
        \r
        \(body)
        """
    }

    @Test func `a body that does not come is refused, and the connection ended`() async throws {
        let answer = try await exchange(post(10, "{"), HTTPConfiguration(port: 0, bodyTimeout: .milliseconds(50)))
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.contains("application/problem+json"))
        #expect(answer.contains(#""code":"request_timeout""#))
    }

    @Test func `a body that nobody reads has to come in time too`() async throws {
        let request = post(10, "{").replacing("POST /api/users/login", with: "GET /health/live")
        let answer = try await exchange(request, HTTPConfiguration(port: 0, bodyTimeout: .milliseconds(50)))
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `a body that is too large is refused before all of it has come`() async throws {
        let answer = try await exchange(
            post(10_000_000, String(repeating: " ", count: 70_000)),
            HTTPConfiguration(port: 0, bodyTimeout: .seconds(3_600)))
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains(#""code":"body_too_large""#))
    }

    @Test func `a silent connection is ended`() async throws {
        let answer = try await exchange("", HTTPConfiguration(port: 0, idleTimeout: .milliseconds(50)))
        #expect(answer.isEmpty)
    }

    @Test func `a request's head has to come in time`() async throws {
        let answer = try await exchange(
            "GET / HTTP/1.1\r\nHost:", HTTPConfiguration(port: 0, idleTimeout: .milliseconds(50)))
        #expect(answer.isEmpty)
    }

    @Test(arguments: ["NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n"])
    func `what is not HTTP, or too much of it, is refused`(request: String) async throws {
        #expect(try await exchange(request).hasPrefix("HTTP/1.1 400 "))
    }
}

import HTTPAPI
import LocalStack
import Testing

@Suite("Requests of one connection", .timeLimit(.minutes(1)))
struct ConnectionTests {
    private func statuses(of text: String, closing: Bool = false) async throws -> [String] {
        let (answers, output) = AsyncStream.makeStream(of: String.self)
        try await TestAPI().withServer { port, _ in
            output.yield(try await RawConnection(port: port).exchange(text, closing: closing))
        }
        let answer = try #require(await answers.first { _ in true })
        return answer.matches(of: #/HTTP/1\.1 (\d+) /#).map { String($0.1) }
    }

    private func get(_ path: String, _ headers: String = "", body: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: usher\r\n\(headers)\r\n\(body)"
    }

    @Test func `requests that come together are answered in their order`() async throws {
        let requests =
            get("/health/live") + get("/nowhere") + get("/api/auth/me") + get("/health/live", "Connection: close\r\n")
        #expect(try await statuses(of: requests) == ["200", "404", "401", "200"])
    }

    @Test func `a body that nobody reads is not taken for the next request`() async throws {
        let requests =
            get("/health/live", "Content-Length: 30\r\n", body: "GET /nowhere HTTP/1.1\r\nX: yz\r\n")
            + get("/health/live", "Connection: close\r\n")
        #expect(try await statuses(of: requests) == ["200", "200"])
    }

    @Test func `what is asked after the last request is not answered`() async throws {
        let requests = get("/health/live", "Connection: close\r\n") + get("/health/live")
        #expect(try await statuses(of: requests) == ["200"])
    }

    @Test func `what cannot be read behind a request does not take its answer away`() async throws {
        #expect(try await statuses(of: get("/health/live") + "NONSENSE\r\n\r\n").first == "200")
    }

    @Test func `a client that sends no more gets the answers to what it has sent`() async throws {
        let requests = get("/health/live") + get("/nowhere") + get("/health/live")
        #expect(try await statuses(of: requests, closing: true) == ["200", "404", "200"])
    }

    @Test func `a client that waits with its body is told to send it`() async throws {
        let request = """
            POST /api/users/login HTTP/1.1\r
            Host: usher\r
            Expect: 100-continue\r
            Connection: close\r
            Content-Length: 2\r
            \r
            {}
            """
        #expect(try await statuses(of: request) == ["100", "400"])
    }
}

import HTTPAPI
import LocalStack
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

    private func post(_ length: Int, _ body: String = "", closing: Bool = false) -> String {
        """
        POST /api/users/login HTTP/1.1\r
        Host: usher\r
        Connection: \(closing ? "close" : "keep-alive")\r
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

    @Test(arguments: ["G", "GET / HTTP/1.1\r\nHost:", "GET / HTTP/1.1\r\nHost: usher\r\n"])
    func `a request's head has to come in time`(head: String) async throws {
        var configuration = HTTPConfiguration(port: 0)
        configuration.headTimeout = .milliseconds(50)
        let answer = try await exchange(head, configuration)
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.contains(#""code":"request_timeout""#))
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET / HTTP/9.1\r\n\r\n", "GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        "POST /api/users/login HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/users/login HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /api/users/login HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /api/users/login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n\r\n",
    ])
    func `what is not HTTP, or could be read in two ways, is refused`(request: String) async throws {
        let answer = try await exchange(request)
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        #expect(answer.contains(#""code":"malformed_request""#))
    }

    @Test(arguments: [
        "X: \(String(repeating: "x", count: 20_000))\r\n",
        (0..<200).map { "X-\($0): \(String(repeating: "x", count: 100))\r\n" }.joined(),
        (0..<1_000).map { "X-\($0): y\r\n" }.joined(),
    ])
    func `header fields have their bounds, together and in number`(fields: String) async throws {
        let answer = try await exchange("GET /health/live HTTP/1.1\r\n\(fields)\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 431 "), "\(answer.prefix(300))")
        #expect(answer.contains(#""code":"headers_too_large""#))
    }

    @Test func `a body may have just as many bytes as is said, and not one more`() async throws {
        var configuration = HTTPConfiguration(port: 0)
        configuration.maxBodyBytes = 2_000
        let body = #"{"email": "a@usher.example", "password": ""#
        let largest = body + String(repeating: "x", count: 2_000 - body.count - 2) + "\"}"
        #expect(try await exchange(post(2_000, largest, closing: true), configuration).contains("invalid_credentials"))
        #expect(try await exchange(post(2_001, largest + " "), configuration).contains("body_too_large"))
    }

    @Test func `a chunked body without end is refused`() async throws {
        let head = "POST /api/users/login HTTP/1.1\r\nHost: usher\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "4000\r\n\(String(repeating: " ", count: 0x4000))\r\n"
        let answer = try await exchange(head + String(repeating: chunk, count: 6))
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains(#""code":"body_too_large""#))
    }

    @Test func `clients that send slowly, in their hundreds, keep nobody else from being served`() async throws {
        var configuration = HTTPConfiguration(port: 0)
        configuration.maxInFlight = 1
        try await TestAPI(configuration: configuration).withServer { port, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let connected = AsyncStream.makeStream(of: Void.self)
                for index in 0..<300 {
                    let text = index.isMultiple(of: 2) ? "GET /api/events HTTP/1.1\r\nX-Slow: " : post(10, "{")
                    group.addTask {
                        try await RawConnection(port: port).send(text) { connected.continuation.yield() }
                    }
                }
                var waiting = connected.stream.makeAsyncIterator()
                for _ in 0..<300 { await waiting.next() }
                for _ in 0..<20 {
                    let answer = try await RawConnection(port: port).exchange(
                        "GET /api/events HTTP/1.1\r\nHost: usher\r\nConnection: close\r\n\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                }
                group.cancelAll()
            }
        }
    }
}

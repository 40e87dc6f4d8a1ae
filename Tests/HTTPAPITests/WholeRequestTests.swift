import NIOCore
import Testing

@testable import HTTPAPI

@Suite("Requests looked at without a parser")
struct WholeRequestTests {
    private static let host = "Host: usher\r\n"

    private func look(at text: String) -> WholeRequest? {
        ByteBuffer(string: text).withUnsafeReadableBytes { WholeRequest($0) }
    }

    @Test(arguments: [
        "GET /api/events/1 HTTP/1.1\r\n\(host)\r\n",
        "DELETE /api/events/1/hold/2 HTTP/1.1\r\n\(host)Authorization: Bearer x\r\n\r\n",
        "POST /api/booking HTTP/1.1\r\n\(host)Content-Length: 2\r\n\r\n{}",
        "POST /api/booking HTTP/1.1\r\n\(host)content-length:2 \r\nAccept: */*\r\n\r\n{}",
        "POST /api/booking HTTP/1.1\r\nCONTENT-LENGTH: 4\r\n\r\n\r\n\r\n",
    ])
    func `a request that has come whole is one`(text: String) throws {
        #expect(try #require(look(at: text)).isPlain)
    }

    @Test(arguments: [
        "", "\r\n", "GET", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\(host)",
        // More than one request, and less.
        "GET / HTTP/1.1\r\n\(host)\r\nGET / HTTP/1.1\r\n\(host)\r\n",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\n{}",
        "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\n\r\n{}",
        "POST / HTTP/1.1\r\n\(host)\r\n{}",
        // Whose end is found in another way, or in two.
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "POST / HTTP/1.1\r\nContent-Length: two\r\n\r\n{}",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        "POST / HTTP/1.1\r\nX: y\r\n Content-Length: 2\r\n\r\n",
        // What only looks like HTTP/1.1.
        "GET / HTTP/1.0\r\n\(host)\r\n", "GET / HTTP/1.1\n\n", "GET /a b HTTP/1.1\r\n\r\n", "GET /\r\n\r\n",
    ])
    func `what is not plainly one whole request is none`(text: String) {
        #expect(look(at: text) == nil)
    }

    @Test(arguments: [
        "HEAD / HTTP/1.1\r\n\(host)\r\n", "OPTIONS / HTTP/1.1\r\n\(host)\r\n",
        "GET / HTTP/1.1\r\nOrigin: https://shop.example\r\n\r\n", "GET / HTTP/1.1\r\nx-request-id: 7\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
    ])
    func `a request whose answer depends on its head is not plain`(text: String) throws {
        #expect(try #require(look(at: text)).isPlain == false)
    }

    @Test(arguments: [("/health/ready", false), ("/metrics", false), ("/api/events/1", true), ("/", true)])
    func `health and metrics claim nothing`(path: String, claims: Bool) throws {
        #expect((try #require(look(at: "GET \(path) HTTP/1.1\r\n\r\n")).claim != nil) == claims)
    }
}

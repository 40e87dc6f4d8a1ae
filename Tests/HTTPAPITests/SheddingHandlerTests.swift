import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPAPI

/// The first handler of a connection, without a network and a parser.
@Suite("Requests turned away unread")
struct SheddingHandlerTests {
    private static let hold = "POST /api/events/1/hold HTTP/1.1\r\nHost: usher\r\nContent-Length: 2\r\n\r\n{}"

    /// The end of a connection: what is read there was passed on.
    private final class Connection {
        let channel: EmbeddedChannel
        let requests: RequestHandler

        init(_ admission: Admission) throws {
            channel = EmbeddedChannel()
            requests = RequestHandler(
                maxBodyBytes: 1_000, idleTimeout: nil, executor: nil, over: channel.eventLoop.makePromise(),
                logger: Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
            ) { _, _ in Response(status: .ok) }
            let refusals = Refusals(AnswerHeaders(isEncrypted: false, origins: []))
            try channel.pipeline.syncOperations.addHandler(
                SheddingHandler(admission: admission, refusal: refusals.overloaded, requests: requests))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func receive(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
        }

        func passedOn() throws -> String? { try channel.readInbound(as: ByteBuffer.self).map { String(buffer: $0) } }

        func answer() throws -> String? { try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } }
    }

    /// An admission that has given its only place.
    private let full: Admission

    init() throws {
        full = Admission(limit: 1, limitOfEvent: 1)
        full.begin(try #require(Admission.Claim(path: "/api/booking".utf8)))
    }

    @Test func `a request without a place is answered and goes no further`() throws {
        let connection = try Connection(full)
        for _ in 0..<2 {
            try connection.receive(Self.hold)
            let answer = try #require(try connection.answer())
            #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            let parts = answer.split(separator: "\r\n\r\n")
            #expect(parts.count == 2 && parts[0].contains("Content-Length: \(parts[1].utf8.count)\r\n"), "\(answer)")
            #expect(try connection.passedOn() == nil)
        }
    }

    @Test func `a request that has a place is passed on as it came`() throws {
        let connection = try Connection(Admission(limit: 1, limitOfEvent: 1))
        try connection.receive(Self.hold)
        #expect(try connection.passedOn() == Self.hold)
        #expect(try connection.answer() == nil)
    }

    @Test func `health is always passed on`() throws {
        let connection = try Connection(full)
        let request = "GET /health/live HTTP/1.1\r\nHost: usher\r\n\r\n"
        try connection.receive(request)
        #expect(try connection.passedOn() == request)
    }

    @Test func `after the beginning of a request nothing can be told from the bytes`() throws {
        let connection = try Connection(full)
        // The second piece is this request's body, however much it looks like a request.
        let head = "POST /api/booking HTTP/1.1\r\nHost: usher\r\nContent-Length: \(Self.hold.utf8.count)\r\n\r\n"
        for piece in [head, Self.hold, Self.hold] {
            try connection.receive(piece)
            #expect(try connection.passedOn() == piece)
        }
        #expect(try connection.answer() == nil)
    }

    @Test func `while another request is answered all is passed on`() throws {
        let connection = try Connection(full)
        let behind = EmbeddedChannel(handler: connection.requests)
        try behind.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        try behind.writeInbound(HTTPRequestPart.head(head))
        try connection.receive(Self.hold)
        #expect(try connection.passedOn() == Self.hold)
    }

    @Test func `a client that does not read is no longer answered here`() throws {
        let connection = try Connection(full)
        connection.channel.isWritable = false
        try connection.receive(Self.hold)
        #expect(try connection.answer() == nil)
        #expect(try connection.passedOn() == Self.hold)
    }
}

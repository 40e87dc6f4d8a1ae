import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import HTTPAPI

/// Handlers of one connection, without a network.
@Suite("Refusals on the connection")
struct RefusalHandlerTests {
    private let admission = Admission(limit: 2, limitOfEvent: 1)

    private func channel() throws -> EmbeddedChannel {
        let refusals = Refusals(AnswerHeaders(isEncrypted: false, origins: []))
        let channel = EmbeddedChannel(handler: RefusalHandler(admission: admission, refusals: refusals))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func begin(_ path: String, _ channel: EmbeddedChannel, method: HTTPRequest.Method = .get) throws {
        let request = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        try channel.writeInbound(HTTPRequestPart.head(request))
    }

    private func request(_ path: String, _ channel: EmbeddedChannel) throws {
        try begin(path, channel)
        try channel.writeInbound(HTTPRequestPart.end(nil))
    }

    private func answer(_ channel: EmbeddedChannel, status: HTTPResponse.Status = .ok) throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    /// The status of what was answered, with the code of a problem.
    private func answered(_ channel: EmbeddedChannel) throws -> String? {
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
        var text = "\(head.status.code)"
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            if case .body(let body) = part, let code = String(buffer: body).firstMatch(of: /"code":"(\w+)"/)?.1 {
                text += " \(code)"
            }
            if case .end = part { break }
        }
        return text
    }

    private func passed(_ channel: EmbeddedChannel) throws -> Int {
        var count = 0
        while try channel.readInbound(as: HTTPRequestPart.self) != nil { count += 1 }
        return count
    }

    @Test func `requests beyond what the node can do are refused at once, and others when there is room`() throws {
        let channels = try (0..<3).map { _ in try channel() }
        for channel in channels { try request("/api/booking", channel) }
        #expect(try channels.map(passed) == [2, 2, 0])
        #expect(try answered(channels[2]) == "503 overloaded")
        try answer(channels[0])
        #expect(admission.inFlight == 1)
        try request("/api/booking", channels[2])
        #expect(try passed(channels[2]) == 2)
        for channel in channels { _ = try channel.finish() }
        #expect(admission.inFlight == 0, "a closed connection gives its places back")
    }

    @Test func `a refusal says when to come back, and keeps the connection`() throws {
        let channels = try (0..<3).map { _ in try channel() }
        for channel in channels { try request("/api/booking", channel) }
        guard case .head(let head) = try channels[2].readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("nothing was answered")
            return
        }
        #expect(head.headerFields[.retryAfter] == "1")
        #expect(head.headerFields[.contentType] == "application/problem+json")
        #expect(head.headerFields[.connection] == nil)
        #expect(head.headerFields[.requestID]?.isEmpty == false)
        for channel in channels { _ = try channel.finish() }
    }

    @Test func `one event does not take the places of all`() throws {
        let channels = try (0..<3).map { _ in try channel() }
        try request("/api/events/one/hold", channels[0])
        try request("/api/events/one?x", channels[1])
        #expect(try answered(channels[1]) == "503 overloaded")
        try request("/api/events/two/hold", channels[2])
        #expect(try passed(channels[2]) == 2)
        for channel in channels { _ = try channel.finish() }
    }

    @Test func `health and metrics are never refused`() throws {
        let channels = try (0..<4).map { _ in try channel() }
        for channel in channels[..<2] { try request("/api/booking", channel) }
        try request("/health/ready", channels[2])
        try request("/metrics", channels[3])
        #expect(try channels[2...].map(passed) == [2, 2])
        #expect(admission.inFlight == 2)
        for channel in channels { _ = try channel.finish() }
    }

    @Test func `a request that has not come whole takes no place, and one that was answered before neither`() throws {
        let channel = try channel()
        try begin("/api/booking", channel, method: .post)
        #expect(admission.inFlight == 0)
        try answer(channel, status: .contentTooLarge)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(admission.inFlight == 0)
        try request("/api/booking", channel)
        #expect(admission.inFlight == 1)
        try answer(channel)
        #expect(admission.inFlight == 0)
        _ = try channel.finish()
    }

    @Test func `an answer that has begun takes no place, though its body may go on for hours`() throws {
        let channel = try channel()
        try request("/api/booking/1/stream", channel)
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        #expect(admission.inFlight == 0)
        _ = try channel.finish()
    }

    @Test func `an answer out of turn is never given`() throws {
        let channels = try (0..<2).map { _ in try channel() }
        try request("/api/booking", channels[0])
        try request("/api/booking", channels[1])
        try request("/api/booking", channels[1])
        #expect(try answered(channels[1]) == nil)
        #expect(try passed(channels[1]) == 4)
        #expect(admission.inFlight == 2, "only the first takes a place")
        try answer(channels[1])
        #expect(admission.inFlight == 2, "now the second does")
        try answer(channels[1])
        #expect(admission.inFlight == 1)
        for channel in channels { _ = try channel.finish() }
        #expect(admission.inFlight == 0)
    }

    @Test func `faults of the protocol are answered, and others passed on`() throws {
        let faults: [(any Error, String?)] = [
            (HTTPParserError.invalidMethod, "400 malformed_request"),
            (HTTPParserError.headerOverflow, "431 headers_too_large"),
            (RequestDeadlineExceeded(), "408 request_timeout"),
        ]
        for (fault, expected) in faults {
            let channel = try channel()
            channel.pipeline.fireErrorCaught(fault)
            #expect(try answered(channel) == expected)
            _ = try channel.finish()
        }
        let channel = try channel()
        channel.pipeline.fireErrorCaught(ChannelError.inputClosed)
        #expect(throws: ChannelError.self) { try channel.throwIfErrorCaught() }
        #expect(try answered(channel) == nil)
        _ = try channel.finish()
    }

    @Test func `a client that reads nothing is dropped, and one that reads late is not`() throws {
        for reads in [true, false] {
            let channel = EmbeddedChannel(handler: SlowReaderHandler(limit: .seconds(30)))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            func setWritable(_ isWritable: Bool) {
                channel.isWritable = isWritable
                channel.pipeline.fireChannelWritabilityChanged()
            }
            setWritable(false)
            channel.embeddedEventLoop.advanceTime(by: .seconds(29))
            if reads { setWritable(true) }
            #expect(channel.isActive)
            channel.embeddedEventLoop.advanceTime(by: .seconds(2))
            #expect(channel.isActive == reads)
            _ = try? channel.finish()
        }
    }
}

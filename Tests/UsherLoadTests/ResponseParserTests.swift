import NIOCore
import Testing

@testable import UsherLoad

@Suite struct ResponseParserTests {
    /// What a parser makes of an answer, however it is cut.
    private struct Answer: Equatable, CustomStringConvertible {
        var status: Int
        var body: String
        var isKeptAlive: Bool

        var description: String { "\(status) \(body) \(isKeptAlive)" }
    }

    private static let sized = "HTTP/1.1 201 Created\r\nDate: x\r\nContent-Length: 5\r\nX-Long: abc\r\n\r\nhello"
    private static let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n, my world\r\n0\r\nX: y\r\n\r\n"
    private static let empty = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    private static let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 409 Conflict\r\ncontent-length:2 \r\n\r\n{}"

    private static let answers: [(String, Answer)] = [
        (sized, Answer(status: 201, body: "hello", isKeptAlive: true)),
        (chunked, Answer(status: 200, body: "hello, my world", isKeptAlive: true)),
        (empty, Answer(status: 204, body: "", isKeptAlive: false)),
        (interim, Answer(status: 409, body: "{}", isKeptAlive: true)),
    ]

    private func read(_ pieces: [[UInt8]], closing: Bool = false) throws -> [Answer] {
        var parser = ResponseParser()
        var answers: [Answer] = []
        var body = ""
        func take(_ event: ResponseParser.Event) {
            switch event {
            case .head: body = ""
            case .body(let piece): body += String(buffer: piece)
            case .end:
                answers.append(Answer(status: parser.head.status, body: body, isKeptAlive: parser.isKeptAlive))
            }
        }
        for piece in pieces {
            var bytes = ByteBuffer(bytes: piece)
            parser.append(&bytes)
            while let event = try parser.next() { take(event) }
        }
        if closing, let event = try parser.close() { take(event) }
        return answers
    }

    @Test func `An answer is the same however it is cut in two`() throws {
        for (text, answer) in Self.answers {
            let bytes = Array(text.utf8)
            for cut in bytes.indices {
                #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == [answer], "cut at \(cut)")
            }
        }
    }

    @Test func `Answers come byte by byte, one behind the other`() throws {
        let bytes = Array(Self.answers.map(\.0).joined().utf8)
        #expect(try read(bytes.map { [$0] }) == Self.answers.map(\.1))
        #expect(try read([bytes]) == Self.answers.map(\.1))
    }

    @Test func `Without a length the body lasts until the connection closes`() throws {
        let answers = try read([Array("HTTP/1.1 200 OK\r\n\r\nall of it".utf8)], closing: true)
        #expect(answers == [Answer(status: 200, body: "all of it", isKeptAlive: false)])
    }

    @Test(arguments: [
        "SMTP ready\r\n\r\n and more", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
    ])
    func `What is no clear answer is an error`(text: String) {
        #expect(throws: ResponseError.self) { try read([Array(text.utf8)]) }
        #expect(throws: ResponseError.self) { try read(text.utf8.map { [$0] }) }
    }

    @Test func `A header without an end is an error, and so are a chunk size and a trailer`() {
        let much = [UInt8](repeating: UInt8(ascii: "1"), count: ResponseParser.headLimit + 1)
        let chunked = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        #expect(throws: ResponseError.headTooLarge) { try read([Array("HTTP/1.1 200 OK\r\nX: ".utf8), much]) }
        #expect(throws: ResponseError.badChunk) { try read([chunked, much]) }
        let trailer = Array(repeating: Array("X: y\r\n".utf8), count: ResponseParser.headLimit / 4 + 1)
        #expect(throws: ResponseError.headTooLarge) { try read([chunked, Array("0\r\n".utf8)] + trailer) }
    }

    @Test func `A connection that closes in the middle of an answer is an error`() {
        for length in 1..<Self.sized.utf8.count {
            #expect(throws: ResponseError.endsEarly) {
                try read([Array(Self.sized.utf8.prefix(length))], closing: true)
            }
        }
    }

    @Test func `A header's fields are found whatever their capitals`() throws {
        var parser = ResponseParser()
        var bytes = ByteBuffer(
            string: "HTTP/1.1 202 A\r\nLocation:  /x y \r\nretry-after: 3\r\nContent-Length: 0\r\n\r\n")
        parser.append(&bytes)
        #expect(try parser.next() == .head)
        #expect(parser.head.field("location") == "/x y")
        #expect(parser.head.field("retry-after") == "3")
        #expect(parser.head.field("etag") == nil)
    }
}

@Suite struct ResponseTests {
    @Test(arguments: [("{}", nil), ("{\"id\":\"", nil), ("{\"xid\":\"1\",\"id\":\"2\",\"id\":\"3\"}", "2"), ("", nil)])
    func `A body is looked through without being decoded`(body: String, id: String?) {
        let response = Response(
            head: ResponseHead(status: 200, size: 0, fields: ByteBuffer()), body: ByteBuffer(string: body))
        #expect(response.text(of: "id") == id)
        #expect(response.contains("\"3\"}") == (id != nil))
    }
}

@Suite struct ServerSentEventParserTests {
    private static let stream =
        ":\n\nid: 7\nevent: seats\ndata: {\"a\":1}\n\nretry: 5\r\ndata:one\r\ndata: two\r\nnothing\r\n\r\nid: 9\n\n"

    private func read(_ pieces: [String]) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces {
            var bytes = ByteBuffer(string: piece)
            parser.append(&bytes)
            while let event = try parser.next() { events.append(event) }
        }
        return events
    }

    @Test func `Events are the same however the stream is cut, and comments are none`() throws {
        let expected = [
            ServerSentEvent(id: "7", name: "seats", data: ByteBuffer(string: "{\"a\":1}")),
            ServerSentEvent(data: ByteBuffer(string: "one\ntwo")),
        ]
        #expect(try read([Self.stream]) == expected)
        #expect(try read(Self.stream.unicodeScalars.map { String($0) }) == expected)
    }
}

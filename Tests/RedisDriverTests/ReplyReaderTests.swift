import Testing

@testable import RedisDriver

@Suite struct `The reader of replies` {
    @Test(arguments: [
        ("+OK\r\n", RedisValue.status("OK")),
        (":-7\r\n", .integer(-7)),
        ("$3\r\na\r\n\r\n", .string(Array("a\r\n".utf8))),
        ("$0\r\n\r\n", .string([])),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        ("-ERR no\r\n", .error(RedisServerError("ERR no"))),
        (
            "*2\r\n*2\r\n:1\r\n*0\r\n-OOM\r\n",
            .array([.array([.integer(1), .array([])]), .error(RedisServerError("OOM"))])
        ),
    ])
    func `understands`(wire: String, value: RedisValue) throws {
        #expect(try read([wire]) == [value])
        #expect(try read(wire.utf8.map { String(decoding: [$0], as: UTF8.self) }) == [value], "byte by byte")
        #expect(try read([wire + wire]) == [value, value], "two at once")
    }

    @Test func `keeps what came before an error`() throws {
        var reader = try ReplyReader()
        var replies: [RedisValue] = []
        #expect(throws: RedisError.self) { try feed("+OK\r\nHTTP/1.1 400 Bad Request\r\n", to: &reader, &replies) }
        #expect(replies == [.status("OK")])
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n",
        "*1000000000\r\n",
        "*3\r\n:1\r\n:2\r\n*2\r\n:3\r\n:4\r\n",
        String(repeating: "*1\r\n", count: 9),
        "$99999999999999999999\r\n",
        "+" + String(repeating: "x", count: 101),
    ])
    func `refuses what is no reply or too large`(wire: String) {
        let limits = ReplyReader.Limits(bytes: 100, values: 5)
        let error = #expect(throws: RedisError.self) { try read([wire], limits: limits) }
        #expect(error?.code == .protocolViolation)
    }

    @Test func `counts each reply on its own`() throws {
        let limits = ReplyReader.Limits(bytes: 20, values: 2)
        let replies = try read(Array(repeating: "*1\r\n:1\r\n", count: 50), limits: limits)
        #expect(replies.count == 50)
    }

    private func read(
        _ parts: [String], limits: ReplyReader.Limits = ReplyReader.Limits()
    ) throws -> [RedisValue] {
        var reader = try ReplyReader(limits: limits)
        var replies: [RedisValue] = []
        for part in parts { try feed(part, to: &reader, &replies) }
        return replies
    }

    private func feed(_ text: String, to reader: inout ReplyReader, _ replies: inout [RedisValue]) throws {
        try Array(text.utf8).withUnsafeBytes { try reader.feed($0, appendingTo: &replies) }
    }
}

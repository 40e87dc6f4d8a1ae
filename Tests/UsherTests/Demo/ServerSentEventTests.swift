import Testing

@testable import Usher

@Suite struct ServerSentEventTests {
    @Test func `an event is complete at its empty line`() {
        var parser = ServerSentEventParser()
        #expect(parser.append("id: 2\nevent: status\ndata: {}\n".utf8).isEmpty)
        #expect(parser.append("\n".utf8) == [ServerSentEvent(id: "2", name: "status", data: "{}")])
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func `bytes may come one by one, with any line end`(end: String) {
        var parser = ServerSentEventParser()
        let text = ["id:7", "data: a: b", "data:  c", "", "data: d", "", ""].joined(separator: end)
        let events = text.utf8.flatMap { parser.append([$0]) }
        #expect(events.map(\.data) == ["a: b\n c", "d"])
        // An id holds until the next one.
        #expect(events.map(\.id) == ["7", "7"])
    }

    @Test func `comments, unknown fields and events without data pass without effect`() {
        var parser = ServerSentEventParser()
        let events = parser.append(":\n\n: heartbeat\n\nretry: 5\nevent: status\n\ndata\n\n".utf8)
        #expect(events == [ServerSentEvent(id: nil, name: "message", data: "")])
    }

    @Test func `a line without end does not fill the memory`() {
        var parser = ServerSentEventParser()
        let line = "data: " + String(repeating: "x", count: 2 * ServerSentEventParser.longestLine)
        #expect(parser.append("\(line)\n\n".utf8).first?.data.count == ServerSentEventParser.longestLine - 6)
    }
}

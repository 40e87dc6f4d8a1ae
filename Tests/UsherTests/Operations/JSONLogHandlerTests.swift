import Foundation
import Logging
import Synchronization
import Testing

@testable import Usher

@Suite struct JSONLogHandlerTests {
    @Test func `a line is an object with time, level, message, ids, and the other facts`() throws {
        let line = try logged { logger in
            logger.warning(
                "A thing happened",
                metadata: [
                    "request_id": "r1", "trace_id": "t1", "count": "\(3)",
                    "list": ["a", .dictionary(["b": "c"])],
                ])
        }
        #expect(line["level"] as? String == "warning")
        #expect(line["message"] as? String == "A thing happened")
        #expect(line["request_id"] as? String == "r1")
        #expect(line["trace_id"] as? String == "t1")
        let facts = try #require(line["metadata"] as? [String: Any])
        #expect(facts["count"] as? String == "3")
        #expect((facts["list"] as? [Any])?.count == 2)
        #expect(facts["request_id"] == nil)
        let time = try #require(line["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        let seconds = try Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        #expect(abs(seconds.timeIntervalSinceNow) < 60)
    }

    @Test(arguments: ["plain", "\"quoted\" \\ \n\r\t", "\u{0}\u{1B}[31m\u{7F}", "Grüße 🎟 \u{2028}", ""])
    func `any text comes out as it went in, on one line`(text: String) throws {
        let line = try logged { $0.info("\(text)", metadata: ["\(text)": "\(text)"]) }
        #expect(line["message"] as? String == text)
        #expect((line["metadata"] as? [String: String]) == [text: text])
    }

    @Test func `without facts there is no metadata`() throws {
        let line = try logged { $0.info("Alone") }
        #expect(Set(line.keys) == ["time", "level", "message"])
    }

    @Test func `a logger's own facts, the provider's and the message's go together, the last one first`() throws {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider", "trace_id": "t"] }
        let line = try logged(provider) { logger in
            var logger = logger
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "c"] = "logger"
            logger.info("All", metadata: ["b": "message"])
        }
        #expect((line["metadata"] as? [String: String]) == ["a": "provider", "b": "message", "c": "logger"])
        #expect(line["trace_id"] as? String == "t")
    }

    /// What is written for one message, which must be one line.
    private func logged(
        _ provider: Logger.MetadataProvider? = nil, _ body: (Logger) -> Void
    ) throws -> [String: Any] {
        let lines = Lines()
        body(
            Logger(label: "test") { _ in
                JSONLogHandler(metadataProvider: provider) { lines.append(String(decoding: $0, as: UTF8.self)) }
            })
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line.utf8.last == UInt8(ascii: "\n"))
        #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

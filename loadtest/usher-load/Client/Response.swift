import NIOCore

/// A whole answer.
struct Response: Sendable {
    var head: ResponseHead
    var body: ByteBuffer

    var status: Int { head.status }

    /// Whether the body has this text somewhere.
    func contains(_ text: StaticString) -> Bool { body.contains(text) }

    /// The value of the first `"key":"value"` in a JSON body, for values without escapes such as ids and tokens.
    func text(of key: String) -> String? {
        let view = body.readableBytesView
        let name = Array("\"\(key)\":\"".utf8)
        let start = body.withUnsafeReadableBytes { bytes in
            name.withUnsafeBytes { bytes.firstOffset(of: $0) }.map { $0 + name.count }
        }
        guard let start else { return nil }
        let rest = view[(view.startIndex + start)...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}

/// An answer, or what a request got instead, with its times.
struct Exchange: Sendable {
    enum Outcome: Sendable {
        case answered(Response)
        case failed(RequestFailure)
    }

    var outcome: Outcome
    var sent: NIODeadline
    var firstByte: NIODeadline
    var end: NIODeadline
    var bytesSent: Int
    var bytesReceived: Int
}

/// Why a request got no answer.
struct RequestFailure: Error, Sendable, CustomStringConvertible {
    enum Code: Sendable, Hashable {
        case refused, closed, badAnswer, timedOut
        /// The test ended before the answer: no failure of the server's.
        case interrupted
    }

    var code: Code
    var message: String

    var description: String { message }

    static let interrupted = RequestFailure(code: .interrupted, message: "the test ended before the answer")
    static let timedOut = RequestFailure(code: .timedOut, message: "no answer came within the request's time")
    static let closed = RequestFailure(code: .closed, message: "the server closed the connection before the answer")
}

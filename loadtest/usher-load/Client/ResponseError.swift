/// Why a server's bytes are no HTTP answer that this client takes.
enum ResponseError: Error, CustomStringConvertible {
    case badHead, headTooLarge, badFraming, badChunk, bodyTooLarge, endsEarly, unasked

    var description: String {
        switch self {
        case .badHead: "the answer does not begin with an HTTP/1.1 status line and header fields"
        case .headTooLarge: "the answer's header is larger than \(ResponseParser.headLimit / 1024) KiB"
        case .badFraming: "the answer's header does not say clearly where the body ends"
        case .badChunk: "a chunk of the answer has no size that can be, or does not end where it says"
        case .bodyTooLarge: "the answer's body is larger than \(HTTPConnection.bodyLimit / 1024 / 1024) MiB"
        case .endsEarly: "the server closed the connection in the middle of an answer"
        case .unasked: "the server sent an answer that nobody asked for"
        }
    }
}

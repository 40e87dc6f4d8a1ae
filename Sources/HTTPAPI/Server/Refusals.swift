import HTTPTypes
import NIOCore
import NIOHTTP1

/// The problems that are answered without a route, written beforehand: under overload each microsecond counts.
struct Refusals: Sendable {
    let overloaded: PreparedProblem
    private let badRequest: PreparedProblem
    private let headersTooLarge: PreparedProblem
    private let lateHead: PreparedProblem

    init(_ answerHeaders: AnswerHeaders) {
        var overloaded = Problem(.serviceUnavailable, "overloaded", "More is asked than this server can do; try again.")
        overloaded.retry(after: .seconds(1))
        self.overloaded = PreparedProblem(overloaded, answerHeaders)
        badRequest = PreparedProblem(.malformedRequest, answerHeaders)
        headersTooLarge = PreparedProblem(.headersTooLarge, answerHeaders)
        lateHead = PreparedProblem(
            Problem(.requestTimeout, "request_timeout", "The request did not come in time.").closingConnection,
            answerHeaders)
    }

    /// Nil for an error that is no fault of the request.
    func refusal(of error: any Error) -> PreparedProblem? {
        switch error {
        case HTTPParserError.headerOverflow: headersTooLarge
        case is HTTPParserError: badRequest
        case is RequestDeadlineExceeded: lateHead
        default: nil
        }
    }
}

extension Problem {
    static let malformedRequest = Problem(
        .badRequest, "malformed_request", "This is not HTTP/1.1, or could be read in two ways."
    ).closingConnection

    fileprivate static let headersTooLarge = Problem(
        .requestHeaderFieldsTooLarge, "headers_too_large", "The header fields are more or larger than are read."
    ).closingConnection
}

/// A problem as it goes over the wire, but for what differs with each request.
struct PreparedProblem: Sendable {
    private static let placeholder = "@"

    private let head: HTTPResponse
    /// The head in HTTP/1.1, up to the request's id, for a request without an origin.
    private let headBeforeID: String
    private let answerHeaders: AnswerHeaders
    private let bodyBeforeID: String
    private let bodyAfterID: String

    init(_ problem: Problem, _ answerHeaders: AnswerHeaders) {
        // Encoding these few words cannot fail; an empty body would say less, but no falsehood.
        let body = (try? problem.buffered(requestID: Self.placeholder).body).map { String(buffer: $0) } ?? ""
        let parts = body.split(separator: Self.placeholder, maxSplits: 1)
        bodyBeforeID = parts.first.map(String.init) ?? ""
        bodyAfterID = parts.dropFirst().first.map(String.init) ?? ""
        var headers = problem.headers
        headers[.contentType] = Problem.contentType
        head = HTTPResponse(status: problem.status, headerFields: headers)
        self.answerHeaders = answerHeaders
        headers[.contentLength] = "\(bodyBeforeID.utf8.count + RequestID.newLength + bodyAfterID.utf8.count)"
        // So it is answered to whoever shows who she is.
        answerHeaders.complete(&headers, request: [.authorization: ""])
        headBeforeID =
            "HTTP/1.1 \(problem.status.code) \(problem.status.reasonPhrase)\r\n"
            + headers.map { "\($0.name): \($0.value)\r\n" }.joined() + "\(HTTPField.Name.requestID): "
    }

    /// The whole answer in HTTP/1.1 to a request without an id and an origin.
    func bytes() -> ByteBuffer {
        let id = RequestID.new()
        var bytes = ByteBufferAllocator().buffer(capacity: 1_024)
        bytes.writeString(headBeforeID)
        bytes.writeString(id)
        bytes.writeString("\r\nDate: ")
        bytes.writeString(HTTPDate.now)
        bytes.writeString("\r\n\r\n")
        bytes.writeString(bodyBeforeID)
        bytes.writeString(id)
        bytes.writeString(bodyAfterID)
        return bytes
    }

    func answer(to request: HTTPFields) -> (HTTPResponse, ByteBuffer) {
        let id = RequestID.of(request)
        let body = ByteBuffer(string: "\(bodyBeforeID)\(id)\(bodyAfterID)")
        var head = head
        head.headerFields[.requestID] = id
        head.headerFields[.contentLength] = "\(body.readableBytes)"
        answerHeaders.complete(&head.headerFields, request: request)
        return (head, body)
    }
}

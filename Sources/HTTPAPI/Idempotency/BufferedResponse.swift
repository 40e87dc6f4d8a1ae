import Booking
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer whose body is in memory, so that it can be sent and kept.
struct BufferedResponse: Sendable {
    let status: HTTPResponse.Status
    let contentType: String
    let location: String?
    let body: ByteBuffer

    init(
        status: HTTPResponse.Status, contentType: String = "application/json", location: String? = nil, body: ByteBuffer
    ) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }

    static func json(
        _ body: some Encodable, status: HTTPResponse.Status = .ok, location: String? = nil
    ) throws -> BufferedResponse {
        BufferedResponse(status: status, location: location, body: try body.json)
    }

    /// The answer for the one who is waiting for it.
    func response(isReplayed: Bool = false) -> Response {
        var headers = HTTPFields()
        headers[.location] = location
        if isReplayed { headers[.idempotentReplayed] = "true" }
        return .json(bytes: body, status: status, headers: headers, contentType: contentType)
    }
}

extension BufferedResponse {
    init(_ answer: KeptAnswer) {
        self.init(
            status: HTTPResponse.Status(code: answer.status), contentType: answer.contentType,
            location: answer.location, body: ByteBuffer(string: answer.body))
    }

    var kept: KeptAnswer {
        KeptAnswer(
            status: status.code, contentType: contentType, location: location, body: String(buffer: body))
    }
}

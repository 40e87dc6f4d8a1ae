import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// Sorted, so that an answer reads the same each time.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static func json(
        _ body: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
        contentType: String = "application/json"
    ) throws -> Response {
        json(bytes: try body.json, status: status, headers: headers, contentType: contentType)
    }

    static func json(
        bytes: ByteBuffer, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
        contentType: String = "application/json"
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        headers[.contentLength] = "\(bytes.readableBytes)"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    fileprivate static func encode(_ body: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try encoder.encode(body))
    }
}

extension Encodable {
    /// The value as JSON.
    var json: ByteBuffer {
        get throws { try Response.encode(self) }
    }
}

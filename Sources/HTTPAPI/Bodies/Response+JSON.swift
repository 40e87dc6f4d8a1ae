import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TextFormats

extension Response {
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
}

extension Encodable {
    /// The value as JSON.
    var json: ByteBuffer {
        get throws { ByteBuffer(bytes: try answerEncoder.encode(self)) }
    }
}

/// Sorted, so that an answer reads the same each time.
private let answerEncoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
}()

/// What is answered so often in a rush that it is written by hand. Members are sorted as in the other answers.
protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension JSONWritable {
    /// The value as JSON.
    var json: ByteBuffer {
        var json = JSONWriter()
        write(to: &json)
        return ByteBuffer(bytes: json.bytes)
    }
}

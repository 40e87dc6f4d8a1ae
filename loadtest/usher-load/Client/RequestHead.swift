import NIOCore

enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// The bytes that all requests of one kind begin with, so that a request is little more than one copy and one write.
struct RequestHead {
    let method: Method
    let path: String
    let token: String?
    private let bytes: [UInt8]

    init(_ method: Method, _ path: String, host: String, token: String?) {
        self.method = method
        self.path = path
        self.token = token
        var text = "\(method.rawValue) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        bytes = Array(text.utf8)
    }

    /// Whether it fits such a request, too.
    func fits(_ method: Method, _ path: String, token: String?) -> Bool {
        self.method == method && self.path == path && self.token == token
    }

    /// Writes a whole request in place of what `buffer` has.
    func write(fields: [(String, String)], body: String?, into buffer: inout ByteBuffer) {
        buffer.clear()
        buffer.writeBytes(bytes)
        for (name, value) in fields { buffer.writeString("\(name): \(value)\r\n") }
        if let body {
            buffer.writeStaticString("Content-Type: application/json\r\nContent-Length: ")
            buffer.writeString(String(body.utf8.count))
            buffer.writeStaticString("\r\n\r\n")
            buffer.writeString(body)
        } else {
            buffer.writeStaticString("\r\n")
        }
    }
}

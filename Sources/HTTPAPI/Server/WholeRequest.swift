import Glibc

/// A request of HTTP/1.1 that has come in one piece, looked at without its parser: what is needed to turn it away.
///
/// What is not plainly a request, or not plainly a whole one, is none; then the parser says what the bytes are.
struct WholeRequest {
    /// What it takes of the node; nil for a request that is always let in.
    let claim: Admission.Claim?
    /// Whether its header fields change nothing about the answer of somebody who turns it away.
    private(set) var isPlain: Bool

    init?(_ bytes: UnsafeRawBufferPointer) {
        var lines = Lines(rest: bytes[...])
        guard let requestLine = lines.next(), let (method, path) = Self.parts(of: requestLine) else { return nil }
        claim = Admission.Claim(path: path)
        isPlain = Self.plainMethods.contains { method.elementsEqual($0) }
        var bodyLength: Int?
        while let line = lines.next() {
            if line.isEmpty {
                guard lines.rest.count == bodyLength ?? 0 else { return nil }
                return
            }
            if let value = line.value(of: "content-length") {
                guard bodyLength == nil, let length = Int(String(decoding: value, as: UTF8.self)) else { return nil }
                bodyLength = length
            } else if line.value(of: "transfer-encoding") != nil || line.first == UInt8(ascii: " ")
                || line.first == UInt8(ascii: "\t")
            {
                return nil
            } else if Self.answeredFields.contains(where: { line.value(of: $0) != nil }) {
                isPlain = false
            }
        }
        return nil
    }

    private static let plainMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"].map { Array($0.utf8) }
    /// Fields that an answer repeats or obeys.
    private static let answeredFields: [StaticString] = ["origin", "x-request-id", "connection", "expect"]

    private static func parts(of line: Bytes) -> (method: Bytes, path: Bytes)? {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].elementsEqual("HTTP/1.1".utf8) else { return nil }
        return (parts[0], parts[1])
    }
}

private typealias Bytes = Slice<UnsafeRawBufferPointer>

/// The lines of a head, each without the CR LF at its end; what has no such end is no line.
private struct Lines {
    var rest: Bytes

    mutating func next() -> Bytes? {
        let buffer = UnsafeRawBufferPointer(rebasing: rest)
        guard let start = buffer.baseAddress, let found = memchr(start, Int32(UInt8(ascii: "\n")), buffer.count) else {
            return nil
        }
        let end = rest.startIndex + (UnsafeRawPointer(found) - start)
        guard end > rest.startIndex, rest[end - 1] == UInt8(ascii: "\r") else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<(end - 1)]
    }
}

extension Bytes {
    /// The field's value, without the blanks around it, if the line has that name.
    ///
    /// - Parameter name: In small letters.
    fileprivate func value(of name: StaticString) -> Bytes? {
        let length = name.utf8CodeUnitCount
        guard count > length, self[startIndex + length] == UInt8(ascii: ":") else { return nil }
        for offset in 0..<length where self[startIndex + offset] | 0x20 != name.utf8Start[offset] { return nil }
        var value = self[(startIndex + length + 1)...]
        while value.first == UInt8(ascii: " ") { value.removeFirst() }
        while value.last == UInt8(ascii: " ") { value.removeLast() }
        return value
    }
}

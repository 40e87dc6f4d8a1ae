import NIOCore

/// Status line and header fields of an answer, looked into only when somebody asks.
struct ResponseHead: Sendable {
    var status: Int
    /// How many bytes it took, with the empty line.
    var size: Int
    /// From behind the status line up to the empty line.
    var fields: ByteBuffer

    /// The value of the first field of this name.
    ///
    /// - Parameter name: In small letters.
    func field(_ name: String) -> String? {
        var lines = fields
        while let line = lines.readHeaderLine() {
            guard let colon = line.readableBytesView.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let view = line.readableBytesView
            guard view[..<colon].elementsEqual(name.utf8, by: { $0.asciiLowercased == $1 }) else { continue }
            return String(decoding: view[(colon + 1)...].trimmingBlanks, as: UTF8.self)
        }
        return nil
    }
}

extension ByteBuffer {
    /// The next line without its CR LF; nil when there is none.
    fileprivate mutating func readHeaderLine() -> ByteBuffer? {
        guard let end = readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = readSlice(length: end - readerIndex)
        moveReaderIndex(forwardBy: 1)
        return line
    }
}

extension UInt8 {
    @inline(__always) var asciiLowercased: UInt8 {
        self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
    }

    @inline(__always) var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    @inline(__always) var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

extension BidirectionalCollection where Element == UInt8, SubSequence == Self {
    /// Without the blanks, and the CR, around it.
    var trimmingBlanks: Self {
        var rest = self
        while let first = rest.first, first.isBlank { rest = rest.dropFirst() }
        while let last = rest.last, last.isBlank || last == UInt8(ascii: "\r") { rest = rest.dropLast() }
        return rest
    }
}

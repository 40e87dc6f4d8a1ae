/// The transfer encoding of RFC 2045, section 6.7: ASCII stays readable, every line fits into 76 characters.
enum QuotedPrintable {
    private static let longestLine = 76
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Appends `text` with its line breaks (CR LF, LF or CR) as CR LF.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { append($0, to: &bytes) }
    }

    private static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        var column = 0
        // One column stays free for the `=` of a soft line break.
        func makeRoom(for count: Int) {
            if column + count > longestLine - 1 {
                bytes += "=\r\n".utf8
                column = 0
            }
            column += count
        }
        for (index, byte) in text.enumerated() {
            let next = index + 1 < text.count ? text[index + 1] : lineFeed
            switch byte {
            case carriageReturn where index + 1 < text.count && next == lineFeed: continue
            case lineFeed, carriageReturn:
                bytes += "\r\n".utf8
                column = 0
            case _ where isPlain(byte, endsLine: next == lineFeed || next == carriageReturn):
                makeRoom(for: 1)
                bytes.append(byte)
            default:
                makeRoom(for: 3)
                bytes += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
    }

    /// Whether a byte may stand for itself. White space at a line's end may not: transports strip it.
    private static func isPlain(_ byte: UInt8, endsLine: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !endsLine
        default: (0x21...0x7E).contains(byte)
        }
    }
}

/// The transfer encoding of RFC 2045, section 6.7: ASCII stays readable, every line fits into 76 characters.
enum QuotedPrintable {
    private static let longestLine = 76

    /// Appends `text` with its line breaks, whatever they are, as CR LF.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var isFirst = true
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if !isFirst { bytes += "\r\n".utf8 }
            isFirst = false
            append(line: line.utf8, to: &bytes)
        }
    }

    private static func append(line: Substring.UTF8View, to bytes: inout [UInt8]) {
        var column = 0
        var rest = line[...]
        while let byte = rest.popFirst() {
            let token = isPlain(byte, endsLine: rest.isEmpty) ? [byte] : Array(escaped(byte).utf8)
            // One column stays free for the `=` of a soft line break.
            if column + token.count > longestLine - 1 {
                bytes += "=\r\n".utf8
                column = 0
            }
            bytes += token
            column += token.count
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

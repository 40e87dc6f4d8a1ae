internal import Foundation

/// Text in a header: always one logical line, always ASCII.
enum HeaderText {
    /// Longer texts are encoded, because only encoded words can be folded anywhere.
    private static let longestPlainText = 60
    /// Bytes of UTF-8 in one encoded word: with `Subject: ` before it the line stays within 76 characters.
    private static let encodedWordBytes = 39

    /// A free text such as a subject, in encoded words (RFC 2047) where it is not short, plain ASCII.
    static func unstructured(_ text: String) -> String {
        let line = text.singleLine
        let isPlain = line.utf8.count <= longestPlainText && line.isPlainASCII && !line.contains("=?")
        return isPlain ? line : encodedWords(line)
    }

    /// A display name: a quoted string, or encoded words where it is not plain ASCII.
    static func phrase(_ text: String) -> String {
        let plain = unstructured(text)
        guard plain == text.singleLine else { return plain }
        return "\"" + plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// No character may be split between two words (RFC 2047, section 5), so the words break between scalars.
    private static func encodedWords(_ line: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in line.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > encodedWordBytes { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}

extension MailAddress {
    /// The address as `From` and `To` show it; folded before the address, since both may be long.
    var headerText: String {
        name.map { "\(HeaderText.phrase($0))\r\n <\(address)>" } ?? address
    }
}

extension String {
    /// The text on one line: line breaks and other control characters become spaces, and the marks that turn the
    /// direction of writing go, since with them one customer's words could disguise the words after them.
    var singleLine: String {
        // Most are such, and the properties of each character cost far more.
        if isPlainASCII, utf8.first != UInt8(ascii: " "), utf8.last != UInt8(ascii: " ") { return self }
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.append(" ")
            case .format where scalar.properties.isBidiControl: continue
            default: line.append(scalar)
            }
        }
        return String(line).trimmingCharacters(in: .whitespaces)
    }

    /// Whether there is nothing but printable characters of ASCII in it, and spaces.
    var isPlainASCII: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}

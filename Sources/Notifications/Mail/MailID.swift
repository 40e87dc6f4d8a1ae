/// What makes a mail recognisable when it comes twice: the id of the event that it reports, in characters that are safe
/// in a `Message-ID` and in a file's name.
public struct MailID: Hashable, Sendable, CustomStringConvertible {
    /// The longest event id, in bytes of UTF-8. Its escaped form still fits into a file's name.
    static let longestEventID = 64

    /// `17-1042` of the event `17:1042`.
    public let description: String

    /// Escapes an event's id, so that different ids stay different; nil when it is empty or longer than 64 bytes.
    public init?(eventID: String) {
        guard (1...Self.longestEventID).contains(eventID.utf8.count) else { return nil }
        description = eventID.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: ":"): text += "-"
            case UInt8(ascii: "_"): text += "_"
            case _ where byte.isASCIILetterOrDigit: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += escaped(byte)
            }
        }
    }
}

/// A byte as RFC 2045 writes it in quoted-printable: `=` and two upper-case hexadecimal digits.
func escaped(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.utf8.count == 1 ? "=0" + digits : "=" + digits
}

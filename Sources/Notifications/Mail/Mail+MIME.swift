internal import Foundation

extension Mail {
    /// The mail as it travels and is stored: RFC 5322 headers and a `multipart/alternative` body (RFC 2046), in ASCII,
    /// no line longer than 78 characters except for very long addresses and ids, each ended by CR LF.
    public var mimeMessage: [UInt8] {
        var message = MIMEWriter()
        message.header("From", sender.headerText)
        message.header("To", recipient.headerText)
        message.header("Subject", HeaderText.unstructured(subject))
        message.header("Date", Date.VerbatimFormatStyle.mailHeader.format(date))
        message.header("Message-ID", "<\(id)@usher.\(sender.domain)>")
        message.header("Auto-Submitted", "auto-generated")
        message.header("MIME-Version", "1.0")
        message.header("Content-Type", "multipart/alternative; boundary=\"\(MIMEWriter.boundary)\"")
        message.endLine()
        // The last alternative is the one that a reader prefers.
        message.part(type: "text/plain", text)
        message.part(type: "text/html", html)
        message.endParts()
        return message.bytes
    }
}

/// Collects the lines of one message.
private struct MIMEWriter {
    /// Quoted-printable bodies cannot contain it: there `=` is followed by two digits or a line's end.
    static let boundary = "=_usher_alternative"

    private(set) var bytes: [UInt8] = []

    mutating func header(_ name: String, _ value: String) {
        bytes += "\(name): \(value)".utf8
        endLine()
    }

    mutating func part(type: String, _ content: String) {
        bytes += "--\(Self.boundary)\r\n".utf8
        header("Content-Type", "\(type); charset=utf-8")
        header("Content-Transfer-Encoding", "quoted-printable")
        endLine()
        QuotedPrintable.append(content, to: &bytes)
        endLine()
    }

    mutating func endParts() {
        bytes += "--\(Self.boundary)--\r\n".utf8
    }

    mutating func endLine() {
        bytes += "\r\n".utf8
    }
}

extension Date.VerbatimFormatStyle {
    /// `Mon, 1 Mar 2027 19:30:00 +0000`, as RFC 5322, section 3.3 wants it.
    fileprivate static var mailHeader: Self {
        Self(
            format: """
                \(weekday: .abbreviated), \(day: .defaultDigits) \(month: .abbreviated) \(year: .padded(4)) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits) +0000
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    }
}

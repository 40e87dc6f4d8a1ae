internal import Foundation

extension Mail {
    /// The mail as it travels and is stored: RFC 5322 headers and a body of parts (RFC 2046), in ASCII, no line longer
    /// than 78 characters except for very long addresses and ids, each ended by CR LF.
    ///
    /// The two texts are a `multipart/alternative`; with attachments that is the first part of a `multipart/mixed`.
    public var mimeMessage: [UInt8] {
        var message = MIMEWriter()
        message.header("From", sender.headerText)
        message.header("To", recipient.headerText)
        message.header("Subject", HeaderText.unstructured(subject))
        message.header("Date", Date.VerbatimFormatStyle.mailHeader.format(date))
        message.header("Message-ID", "<\(id)@usher.\(sender.domain)>")
        message.header("Auto-Submitted", "auto-generated")
        message.header("MIME-Version", "1.0")
        if attachments.isEmpty {
            message.multipart("alternative", writeAlternatives)
        } else {
            message.multipart("mixed") { message in
                message.part { $0.multipart("alternative", writeAlternatives) }
                for attachment in attachments { message.part { $0.file(attachment) } }
            }
        }
        return message.bytes
    }

    /// The last alternative is the one that a reader prefers.
    private func writeAlternatives(_ message: inout MIMEWriter) {
        message.part { $0.text("text/plain", text) }
        message.part { $0.text("text/html", html) }
    }
}

/// Collects the lines of one message.
private struct MIMEWriter {
    private(set) var bytes: [UInt8] = []
    /// Of the innermost multipart.
    private var boundary = ""

    mutating func header(_ name: String, _ value: String) {
        line("\(name): \(value)")
    }

    /// Writes a header and a body whose parts `write` adds.
    ///
    /// No encoded body contains a boundary: in quoted-printable `=` is followed by two digits or a line's end, and in
    /// base64 it stands at the end alone.
    mutating func multipart(_ subtype: String, _ write: (inout MIMEWriter) -> Void) {
        let outerBoundary = boundary
        boundary = "=_usher_\(subtype)"
        header("Content-Type", "multipart/\(subtype); boundary=\"\(boundary)\"")
        line()
        write(&self)
        line("--\(boundary)--")
        boundary = outerBoundary
    }

    /// Writes one part, whose headers and body `write` adds.
    mutating func part(_ write: (inout MIMEWriter) -> Void) {
        line("--\(boundary)")
        write(&self)
    }

    mutating func text(_ type: String, _ content: String) {
        header("Content-Type", "\(type); charset=utf-8")
        header("Content-Transfer-Encoding", "quoted-printable")
        line()
        QuotedPrintable.append(content, to: &bytes)
        line()
    }

    mutating func file(_ file: Mail.Attachment) {
        header("Content-Type", file.type)
        header("Content-Disposition", "attachment; filename=\"\(file.name)\"")
        header("Content-Transfer-Encoding", "base64")
        line()
        bytes += Data(file.content).base64EncodedData(
            options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        line()
    }

    private mutating func line(_ text: String = "") {
        bytes += text.utf8
        bytes += "\r\n".utf8
    }
}

extension Date.VerbatimFormatStyle {
    /// `Mon, 1 Mar 2027 19:30:00 +0000`, as RFC 5322, section 3.3 wants it.
    fileprivate static let mailHeader = Self(
        format: """
            \(weekday: .abbreviated), \(day: .defaultDigits) \(month: .abbreviated) \(year: .padded(4)) \
            \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
            \(second: .twoDigits) +0000
            """,
        locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
}

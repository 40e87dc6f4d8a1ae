internal import Foundation

/// An event for the customer's calendar, as an iCalendar object (RFC 5545).
struct CalendarEntry {
    /// Octets in a line without its end (section 3.1).
    private static let longestLine = 75

    /// The same in every mail about the booking, so that a calendar shows it once.
    let id: String
    let writtenAt: Date
    let startsAt: Date
    let summary: String
    let location: String

    /// The object, its lines folded and each ended by CR LF. It tells no end, since events have none here.
    var text: String {
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Usher//Usher 1//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
            "UID:\(Self.escaped(id))", "DTSTAMP:\(Self.utc(writtenAt))", "DTSTART:\(Self.utc(startsAt))",
            "SUMMARY:\(Self.escaped(summary))", "LOCATION:\(Self.escaped(location))", "END:VEVENT", "END:VCALENDAR",
        ]
        return lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    /// A value of the type TEXT (section 3.3.11).
    private static func escaped(_ text: String) -> String {
        guard !text.isPlainASCII || text.utf8.contains(where: "\\;,".utf8.contains) else { return text }
        return text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: "\\n")
    }

    /// Breaks a line between characters: a continuation begins with a space, which counts.
    private static func folded(_ line: String) -> String {
        guard line.utf8.count > longestLine else { return line }
        var folded = ""
        var octets = 0
        for scalar in line.unicodeScalars {
            let size = UTF8.width(scalar)
            if octets + size > longestLine {
                folded += "\r\n "
                octets = 1
            }
            folded.unicodeScalars.append(scalar)
            octets += size
        }
        return folded
    }

    /// `20270301T193000Z`
    private static func utc(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 0 }
}

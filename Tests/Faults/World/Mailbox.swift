import Foundation

/// The mails that the notifiers have written.
struct Mailbox {
    let folder: URL

    struct Mail: Hashable {
        enum Subject: String, CaseIterable {
            case confirmed = "Your places for"
            case failed = "did not succeed"
            case cancelled = "is cancelled"
        }

        let booking: String
        let subject: Subject
    }

    /// What is told to whom, and in how many mails. The file of a mail that is sent again takes the first one's place.
    var mails: [Mail: Int] {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "eml" }.compactMap(Self.read).reduce(into: [:]) {
            $0[$1, default: 0] += 1
        }
    }

    /// Mails that customers should have and have not.
    func missing(of bookings: [LedgerBooking]) -> [Mail] {
        let mails = mails
        return bookings.flatMap(Self.due).filter { mails[$0] == nil }
    }

    private static func due(to booking: LedgerBooking) -> [Mail] {
        let subjects: [Mail.Subject] =
            switch booking.status {
            case "failed": [.failed]
            case "cancelled": [.confirmed, .cancelled]
            default: [.confirmed]
            }
        return subjects.map { Mail(booking: booking.id, subject: $0) }
    }

    private static func read(_ file: URL) -> Mail? {
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let line = text.firstMatch(of: /\r\nSubject: (.*)\r\n/)?.output.1,
            let subject = Mail.Subject.allCases.first(where: { line.contains($0.rawValue) }),
            // Quoted-printable breaks long lines with an equals sign.
            let booking = text.replacing("=\r\n", with: "").firstMatch(of: /[0-9a-f-]{36}\.[0-9a-f-]{36}/)?.output
        else { return nil }
        return Mail(booking: String(booking), subject: subject)
    }
}

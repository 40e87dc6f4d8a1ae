internal import Foundation
internal import Tickets

/// Writes the mail that a notice asks for. A pure function of the notice: the same notice gives the same bytes.
struct MailRenderer: Sendable {
    /// The most tickets that are pictures too; the others are text alone.
    private static let mostPictures = 20

    let sender: MailAddress
    let signer: TicketSigner

    func mail(for notice: BookingNotice) throws(TicketError) -> Mail {
        let words = NoticeWords(notice, event: notice.booking.event.name.shownLine)
        var mail = Mail(
            id: notice.id, event: notice.kind.rawValue, sender: sender, recipient: notice.recipient,
            subject: words.subject, date: notice.time, text: "", html: "")
        if notice.kind.bringsTickets {
            mail.tickets = try notice.booking.tickets(signedBy: signer)
            mail.attachments = Self.pictures(of: mail.tickets) + [invitation(of: notice)]
        }
        let layout = layout(of: notice.booking, words, mail.tickets)
        mail.text = layout.text
        mail.html = layout.html
        return mail
    }

    private static func pictures(of tickets: [Mail.Ticket]) -> [Mail.Attachment] {
        zip(1..., tickets.prefix(mostPictures)).compactMap { number, ticket in
            QRCode.png(ticket.token).map {
                Mail.Attachment(name: "ticket-\(number).png", type: "image/png", content: $0)
            }
        }
    }

    private func invitation(of notice: BookingNotice) -> Mail.Attachment {
        let event = notice.booking.event
        let entry = CalendarEntry(
            id: "\(notice.booking.id)@usher.\(sender.domain)", writtenAt: notice.time, startsAt: event.startsAt.date,
            summary: event.name.shownLine, location: event.venue.shownLine)
        return Mail.Attachment(
            name: "event.ics", type: "text/calendar; charset=utf-8; method=PUBLISH", content: Array(entry.text.utf8))
    }

    private func layout(of booking: BookingNotice.Booking, _ words: NoticeWords, _ tickets: [Mail.Ticket]) -> MailLayout
    {
        let places = PlaceGroup.groups(of: booking.claims).map { group in
            let price = Money(minorUnits: group.price, currency: booking.currency.shownLine)
            return MailLayout.Place(name: group.name.shownLine, quantity: group.quantity, price: price)
        }
        return MailLayout(
            words: words, event: booking.event.name.shownLine, venue: booking.event.venue.shownLine,
            starts: Date.VerbatimFormatStyle.invitation.format(booking.event.startsAt.date), places: places,
            tickets: tickets)
    }
}

extension BookingNotice.Kind {
    fileprivate var bringsTickets: Bool { self == .confirmed || self == .reminder }
}

extension String {
    /// Far more than any name needs, and little enough that a name cannot be the whole mail.
    private static let longestShownLine = 200

    /// The text as a mail may show it: one line of bounded length.
    var shownLine: String {
        let line = singleLine
        guard line.unicodeScalars.count > Self.longestShownLine else { return line }
        return String(String.UnicodeScalarView(line.unicodeScalars.prefix(Self.longestShownLine))) + "…"
    }
}

extension Date.VerbatimFormatStyle {
    /// `Monday, 1 March 2027, 19:30 UTC`
    fileprivate static let invitation = Self(
        format: """
            \(weekday: .wide), \(day: .defaultDigits) \(month: .wide) \(year: .defaultDigits), \
            \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits) UTC
            """,
        locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
}

internal import Foundation
internal import Mustache

/// Writes the mail that a notice asks for. A pure function of the notice: the same notice gives the same bytes.
struct MailRenderer: Sendable {
    private let sender: MailAddress
    private let confirmed: MailTemplate
    private let failed: MailTemplate

    /// Compiles the templates.
    init(sender: MailAddress) throws {
        self.sender = sender
        confirmed = try MailTemplate(text: Templates.confirmedText, html: Templates.confirmedHTML)
        failed = try MailTemplate(text: Templates.failedText, html: Templates.failedHTML)
    }

    func mail(for notice: BookingNotice) -> Mail {
        let template =
            switch notice.kind {
            case .confirmed: confirmed
            case .failed: failed
            }
        let view = view(of: notice.booking)
        return Mail(
            id: notice.id, sender: sender, recipient: notice.recipient, subject: subject(of: notice),
            date: notice.time, text: template.text.render(view), html: template.html.render(view))
    }

    private func subject(of notice: BookingNotice) -> String {
        let event = notice.booking.event.name.shownLine
        return switch notice.kind {
        case .confirmed: "Your places for \(event)"
        case .failed: "Your booking for \(event) did not succeed"
        }
    }

    /// What the templates see. Every text is one line, so that none can pass for lines of ours.
    private func view(of booking: BookingNotice.Booking) -> [String: Any] {
        let currency = booking.currency.shownLine
        let failure = booking.failure.map { FailureAdvice($0) }
        let places: [[String: Any]] = PlaceGroup.groups(of: booking.claims).map { group in
            [
                "name": group.name.shownLine, "quantity": group.quantity,
                "price": Money(minorUnits: group.price, currency: currency),
            ]
        }
        return [
            "event": booking.event.name.shownLine,
            "venue": booking.event.venue.shownLine,
            "starts": booking.event.startsAt.date.formatted(.invitation),
            "booking": booking.bookingID.shownLine,
            "places": places,
            "total": Money(minorUnits: booking.total, currency: currency),
            "reason": failure?.reason ?? FailureAdvice.unknownReason,
            "advice": failure?.advice ?? FailureAdvice.unknownAdvice,
        ]
    }
}

private struct MailTemplate: Sendable {
    let text: MustacheTemplate
    let html: MustacheTemplate

    init(text: String, html: String) throws {
        self.text = try MustacheTemplate(string: text)
        self.html = try MustacheTemplate(string: html)
    }
}

extension String {
    /// Far more than any name needs, and little enough that a name cannot be the whole mail.
    private static let longestShownLine = 200

    fileprivate var shownLine: String {
        let line = singleLine
        guard line.unicodeScalars.count > Self.longestShownLine else { return line }
        return String(String.UnicodeScalarView(line.unicodeScalars.prefix(Self.longestShownLine))) + "…"
    }
}

extension FormatStyle where Self == Date.VerbatimFormatStyle {
    /// `Monday, 1 March 2027, 19:30 UTC`
    fileprivate static var invitation: Self {
        Self(
            format: """
                \(weekday: .wide), \(day: .defaultDigits) \(month: .wide) \(year: .defaultDigits), \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits) UTC
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    }
}

/// What a notice says, in plain words; the layout around them is the templates'.
struct NoticeWords {
    var subject: String
    var headline: String
    /// One paragraph, a sentence or two in each line.
    var opening: [String] = []
    /// Names and values, below the places.
    var facts: [(name: String, value: String)] = []
    var closing: String?

    /// - Parameter event: The event's name, fit to be shown.
    init(_ notice: BookingNotice, event: String) {
        let booking = notice.booking
        let failure = booking.failure.map { FailureAdvice($0) }
        let refund = booking.refund.map { Money(minorUnits: $0.amount, currency: booking.currency.shownLine) }
        switch notice.kind {
        case .confirmed:
            subject = "Your places for \(event)"
            headline = "Your booking is confirmed"
            let total = Money(minorUnits: booking.total, currency: booking.currency.shownLine)
            facts = [("Total paid", total.description)]
            closing = "Please bring this mail with you. We look forward to seeing you."
        case .failed:
            subject = "Your booking for \(event) did not succeed"
            headline = "Your booking did not succeed"
            opening = [failure?.reason ?? FailureAdvice.unknownReason, failure?.advice ?? FailureAdvice.unknownAdvice]
            opening += refund.map { [Self.promise(of: $0)] } ?? []
        case .cancelled:
            subject = "Your booking for \(event) is cancelled"
            headline = "Your booking is cancelled"
            opening = [failure?.reason, "Its tickets are no longer valid.", refund.map(Self.promise)].compactMap(\.self)
        case .refunded:
            subject = "Your refund for \(event)"
            headline = "Your money is on its way back"
            opening = refund.map { ["We have refunded \($0). It may take your bank a few days to show it."] } ?? []
        case .reminder:
            subject = "Soon: \(event)"
            headline = "Your event is about to begin"
            closing = "Please bring this mail with you. We look forward to seeing you."
        }
        facts.append(("Booking", booking.id.description))
    }

    private static func promise(of refund: Money) -> String {
        "\(refund) goes back to the card that you paid with. We write to you when it is on its way."
    }
}

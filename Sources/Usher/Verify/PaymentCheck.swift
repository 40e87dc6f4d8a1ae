/// I4: each charge belongs to one confirmed booking or to one refund.
///
/// While a booking is in payment, or its refund is due, money is on its way. Once all should be settled, it must have
/// arrived.
struct PaymentCheck {
    let bookings: [BookedRecord]
    let book: PaymentBook
    /// Whether nothing may be on its way any more.
    let isSettled: Bool
    /// Whether `bookings` are all that there are, so that each refund must be of a charge in the book.
    var isWhole = true

    func result() -> PromiseCheck {
        let known = Set(bookings.map(\.id))
        let refunds = Dictionary(grouping: book.refunds, by: \.charge)
        let charges = Dictionary(grouping: book.charges, by: \.booking)
        var violations = bookings.compactMap { booking in
            violation(of: booking, charges: charges[booking.id] ?? [], refunds: refunds)
        }
        violations += book.charges.filter { !known.contains($0.booking) }.map { "charge \($0.id) is for no booking" }
        violations += wrongRefunds(refunds)
        return PromiseCheck(
            name: "I4", meaning: "each charge has its booking or its refund",
            checked: "\(book.charges.count) charges", violations: violations)
    }

    /// - Parameter refunds: By the charge's id.
    private func violation(
        of booking: BookedRecord, charges: [PaymentBook.Charge], refunds: [String: [PaymentBook.Refund]]
    ) -> String? {
        let kept = charges.filter { refunds[$0.id] == nil }
        let isRight =
            kept.allSatisfy { $0.amountMinor == booking.totalMinor && $0.currency == booking.currency }
            && allowedCharges(of: booking).contains(kept.count)
            && isRefundRight(of: booking, refunds: charges.flatMap { refunds[$0.id] ?? [] })
        guard !isRight else { return nil }
        let sum = kept.reduce(0) { $0 + $1.amountMinor }
        let refund = booking.refundMinor.map { ", to be refunded \($0)" } ?? ""
        return """
            booking \(booking.id) is \(booking.status) for \(booking.totalMinor) \(booking.currency)\(refund), with \
            \(kept.count) charges of \(sum) together that were not given back
            """
    }

    /// How many charges that were not given back a booking may have.
    private func allowedCharges(of booking: BookedRecord) -> ClosedRange<Int> {
        switch booking.status {
        // What costs nothing is not charged.
        case "confirmed": booking.totalMinor == 0 ? 0...0 : 1...1
        case "queued": isSettled ? 0...0 : 0...1
        default: isOnItsWay(booking) && !isSettled ? 0...1 : 0...0
        }
    }

    /// What went back is what was decided: all that was paid, or less a fee.
    private func isRefundRight(of booking: BookedRecord, refunds: [PaymentBook.Refund]) -> Bool {
        guard let due = booking.refundMinor, booking.isRefunded || !refunds.isEmpty else { return !booking.isRefunded }
        return refunds.reduce(0) { $0 + $1.amountMinor } == due
    }

    private func isOnItsWay(_ booking: BookedRecord) -> Bool {
        booking.isPaymentOpen || (booking.refundMinor != nil && !booking.isRefunded)
    }

    /// Refunds of nothing, or of more than was charged.
    private func wrongRefunds(_ refunds: [String: [PaymentBook.Refund]]) -> [String] {
        let amounts = book.charges.reduce(into: [:]) { $0[$1.id] = $1.amountMinor }
        return refunds.sorted { $0.key < $1.key }.compactMap { charge, refunds in
            let sum = refunds.reduce(0) { $0 + $1.amountMinor }
            guard let amount = amounts[charge] else {
                return isWhole ? "refund \(refunds[0].id) is of charge \(charge), which does not exist" : nil
            }
            return sum <= amount ? nil : "charge \(charge) of \(amount) was refunded with \(sum)"
        }
    }
}

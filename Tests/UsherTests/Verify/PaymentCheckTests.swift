import Testing

@testable import Usher

@Suite struct PaymentCheckTests {
    @Test func `A confirmed booking has one charge of its total`() {
        #expect(violations(of: booking("confirmed"), [charge()]) == 0)
        #expect(violations(of: booking("confirmed"), []) == 1)
        #expect(violations(of: booking("confirmed"), [charge("a"), charge("b")]) == 1)
        #expect(violations(of: booking("confirmed"), [charge(amount: 8_400)]) == 1)
        #expect(violations(of: booking("confirmed"), [charge(currency: "USD")]) == 1)
        #expect(violations(of: booking("confirmed"), [charge("a"), charge("b")], [refund("b")]) == 0)
    }

    @Test func `What costs nothing is not charged`() {
        var free = booking("confirmed")
        free = BookedRecord(id: free.id, status: free.status, version: 3, totalMinor: 0, currency: "EUR")
        #expect(violations(of: free, []) == 0)
        #expect(violations(of: free, [charge(amount: 0)]) == 1)
    }

    @Test func `A failed or cancelled booking keeps no charge`() {
        for status in ["failed", "cancelled"] {
            #expect(violations(of: booking(status), []) == 0)
            #expect(violations(of: booking(status), [charge()]) == 1)
            #expect(violations(of: booking(status), [charge()], [refund()]) == 0)
        }
    }

    @Test func `Money may be on its way until all should be settled`() {
        let open = [
            booking("queued"), booking("failed") { $0.isPaymentOpen = true },
            booking("cancelled") { $0.refundMinor = 8_500 },
        ]
        for booking in open {
            #expect(violations(of: booking, [charge()]) == 0)
            #expect(violations(of: booking, [charge()], isSettled: true) == 1)
        }
    }

    @Test func `A booking that says that it was refunded has a refund`() {
        let refunded = booking("cancelled") {
            $0.refundMinor = 8_500
            $0.isRefunded = true
        }
        #expect(violations(of: refunded, [charge()], [refund()]) == 0)
        #expect(violations(of: refunded, [charge()]) == 1)
        #expect(violations(of: refunded, []) == 1)
    }

    @Test func `What goes back is what was decided`() {
        let refunded = booking("cancelled") {
            $0.refundMinor = 8_000
            $0.isRefunded = true
        }
        #expect(violations(of: refunded, [charge()], [refund(amount: 8_000)]) == 0)
        #expect(violations(of: refunded, [charge()], [refund(amount: 7_000)]) == 1)
        #expect(violations(of: refunded, [charge()], [refund()]) == 1)
    }

    @Test func `A charge for no booking, and a refund of no charge or of more than that, are found`() {
        #expect(violations(of: booking("failed"), [charge(booking: "other")]) == 1)
        #expect(violations(of: booking("failed"), [], [refund("none")]) == 1)
        #expect(violations(of: booking("cancelled"), [charge()], [refund(amount: 9_000)]) == 1)
    }

    private func violations(
        of booking: BookedRecord, _ charges: [PaymentBook.Charge], _ refunds: [PaymentBook.Refund] = [],
        isSettled: Bool = false
    ) -> Int {
        PaymentCheck(
            bookings: [booking], book: PaymentBook(charges: charges, refunds: refunds), isSettled: isSettled
        ).result().violationCount
    }

    private func booking(_ status: String, _ change: (inout BookedRecord) -> Void = { _ in }) -> BookedRecord {
        var booking = BookedRecord(id: "b", status: status, version: 3, totalMinor: 8_500, currency: "EUR")
        change(&booking)
        return booking
    }

    private func charge(
        _ id: String = "a", booking: String = "b", amount: Int64 = 8_500, currency: String = "EUR"
    ) -> PaymentBook.Charge {
        PaymentBook.Charge(id: id, booking: booking, amountMinor: amount, currency: currency)
    }

    private func refund(_ charge: String = "a", amount: Int64 = 8_500) -> PaymentBook.Refund {
        PaymentBook.Refund(id: "\(charge)-refund", charge: charge, amountMinor: amount)
    }
}

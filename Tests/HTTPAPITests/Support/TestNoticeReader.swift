import Booking
import Inventory

/// A gateway that signs with the word `signed` and writes the id of a paid booking.
struct TestNoticeReader: PaymentNoticeReader {
    func notice(
        body: [UInt8], header: (_ name: String) -> String?
    ) throws(PaymentNoticeError) -> PaymentNotice? {
        guard header("test-signature") == "signed" else {
            throw PaymentNoticeError(.invalidSignature, "Somebody else wrote this.")
        }
        guard let booking = BookingID(String(decoding: body, as: UTF8.self)) else { return nil }
        return PaymentNotice(
            booking: booking, state: .succeeded(paymentID: "ch_1", amountMinor: 8_500, currency: "EUR"))
    }
}

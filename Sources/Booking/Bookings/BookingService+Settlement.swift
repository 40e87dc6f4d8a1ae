import Inventory
import Logging

extension BookingService {
    /// Brings a booking to the state that a gateway's notice tells of. A notice that comes twice, or tells what is known,
    /// changes nothing; nor does one that names no booking, or a wrong amount.
    ///
    /// - Throws: `BookingError`; `ledgerUnavailable`, `notOwner` and `bookingChanging` when the notice should be sent again.
    public func settle(_ notice: PaymentNotice) async throws(BookingError) {
        let id = notice.booking
        let booking: Booking
        do throws(BookingError) {
            booking = try await self.booking(id)
        } catch {
            guard error.code == .bookingNotFound else { throw error }
            return logger.warning("A payment was reported of no booking", metadata: [.booking: "\(id)"])
        }
        switch notice.state {
        case .succeeded(let paymentID, let amountMinor, let currency):
            guard amountMinor == booking.totalMinor, currency == booking.currency else {
                return logger.critical("A payment does not fit its booking", metadata: [.booking: "\(id)"])
            }
            if booking.status.isFinal {
                try await settlement.amendments.settlePaid(id, paymentID: paymentID)
                settlement.wake()
            } else {
                settlement.notices.remember(paymentID, of: id)
            }
        case .failed:
            if booking.isPaymentOpen { try await settlement.amendments.settleUnpaid(id) }
        }
    }
}

import Inventory

extension BookingService {
    /// Brings a booking to the state that a gateway's notice tells of.
    ///
    /// - Throws: `BookingError`; `ledgerUnavailable` and `notOwner` when the notice should be sent again.
    public func settle(_ notice: PaymentNotice) async throws(BookingError) {
        _ = try await booking(notice.booking)
    }
}

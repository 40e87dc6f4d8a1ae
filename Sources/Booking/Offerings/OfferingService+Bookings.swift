public import Inventory

extension OfferingService {
    /// An offering's bookings, in the order of their making.
    ///
    /// - Parameters:
    ///   - status: Only those that stand there; those that are `processing` are found as `queued`. Nil for all.
    ///   - last: The own id of the last booking of the page before; nil for the first page.
    public func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) async throws(BookingError) -> [Booking] {
        do {
            return try await ledger.bookings(on: offering, status: status, after: last, limit: limit)
        } catch {
            throw .unreadable(error)
        }
    }
}

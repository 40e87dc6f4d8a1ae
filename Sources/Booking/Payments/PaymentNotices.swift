import Inventory
import Synchronization

/// Payments that a gateway has reported of bookings which a worker still has in hand.
///
/// The worker hears of a payment from its own call as a rule, and looks here when that call was never answered.
final class PaymentNotices: Sendable {
    private static let limit = 10_000

    private let paymentIDs = Mutex<[BookingID: String]>([:])

    /// Remembers a payment. After ten thousand it begins anew: what is forgotten, the gateway can be asked.
    func remember(_ paymentID: String, of booking: BookingID) {
        paymentIDs.withLock { paymentIDs in
            if paymentIDs.count == Self.limit { paymentIDs = [:] }
            paymentIDs[booking] = paymentID
        }
    }

    /// The gateway's id of a booking's payment; nil when none was reported.
    func paymentID(of booking: BookingID) -> String? {
        paymentIDs.withLock { $0[booking] }
    }

    /// To be called when the worker lays the booking down.
    func forget(_ booking: BookingID) {
        paymentIDs.withLock { _ = $0.removeValue(forKey: booking) }
    }
}

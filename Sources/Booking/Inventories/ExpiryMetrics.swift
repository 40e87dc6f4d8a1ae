import Inventory
import Metrics

/// How many holds end by their deadline, and how long after it: `usher_holds_expired_total` and
/// `usher_hold_expiry_lag_seconds`.
enum ExpiryMetrics {
    private static let expired = Counter(label: "usher_holds_expired_total")
    private static let lag = Timer(label: "usher_hold_expiry_lag_seconds")

    /// To be called with holds that end now.
    static func record(_ lapsed: [Reservation], at now: Moment) {
        expired.increment(by: lapsed.count)
        for reservation in lapsed { lag.record(duration: now - reservation.deadline) }
    }
}

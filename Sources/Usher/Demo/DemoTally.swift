/// What one customer, or all of them, met.
struct DemoTally: Sendable {
    /// A booking that the server acknowledged.
    struct FollowedBooking: Hashable, Sendable {
        let id: String
        /// The end state that its stream told; nil when the customer saw none.
        let end: String?
    }

    var holdsAsked = 0
    var holdsGranted = 0
    var holdsRefused = 0
    var holdsReleased = 0
    var holdsLeft = 0
    /// Holds that were gone when the customer came to pay: their deadline had passed, or their answer was lost.
    var holdsLost = 0
    var bookings: [FollowedBooking] = []
    var holdLatencies = LatencySamples()
    var confirmationLatencies = LatencySamples()
    /// Customers that could not finish, each with the reason.
    var failures: [String] = []

    var confirmed: Int { bookings.count { $0.end == "confirmed" } }
    var failed: Int { bookings.count { $0.end == "failed" } }

    mutating func add(_ other: DemoTally) {
        holdsAsked += other.holdsAsked
        holdsGranted += other.holdsGranted
        holdsRefused += other.holdsRefused
        holdsReleased += other.holdsReleased
        holdsLeft += other.holdsLeft
        holdsLost += other.holdsLost
        bookings += other.bookings
        holdLatencies.add(other.holdLatencies)
        confirmationLatencies.add(other.confirmationLatencies)
        failures += other.failures
    }
}

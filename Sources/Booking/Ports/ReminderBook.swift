import Inventory

/// The durable record of whose customers have been reminded.
public protocol ReminderBook: Sendable {
    /// Writes a reminder into the outbox for some of an offering's confirmed bookings that have none yet, and remembers
    /// that they have.
    ///
    /// - Returns: Whether there may be more; false for good once all of them have been reminded.
    /// - Throws: `LedgerError`; after `unavailable` the reminders may have been written, which the next call finds out.
    func remindSome(of offering: Offering, epoch: Int64) async throws(LedgerError) -> Bool
}

/// Where the engine learns what begins when.
public protocol OfferingCalendar: Sendable {
    /// All offerings that begin at one of these times.
    func offerings(startingIn times: Range<Timestamp>) async throws -> [Offering]
}

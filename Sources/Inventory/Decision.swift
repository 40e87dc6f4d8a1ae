/// What an inventory answers: the outcome, and everything that changed on the way to it.
public struct Decision<Success: Sendable>: Sendable {
    /// What was done, or why it was not.
    public let outcome: Result<Success, Refusal>
    /// Reservations that were over and were ended for this decision, the outcome be what it may.
    public let lapsed: [Reservation]
    /// What each changed unit is now.
    public let changes: Changes

    /// The outcome, a refusal thrown.
    public func get() throws(Refusal) -> Success { try outcome.get() }
}

/// One step of an inventory from one version to the next. Whoever applies all of them in order has the inventory's
/// state; a version that is missing is a gap.
public struct Changes: Hashable, Sendable {
    /// The version that these changes lead to: one more than before, or the same when nothing changed.
    public let version: UInt64
    /// What each changed unit is now. Of a unit that is there twice the last counts.
    public let units: [UnitChange]
}

/// What a unit is after a change.
public struct UnitChange: Hashable, Sendable {
    /// The unit.
    public let unit: UnitIndex
    /// Its places; of a seat, exactly one of the counts is 1.
    public let counts: UnitCounts

    /// Describes a change.
    public init(unit: UnitIndex, counts: UnitCounts) {
        self.unit = unit
        self.counts = counts
    }
}

/// The places of a unit or section by what they are. They add up to its capacity.
public struct UnitCounts: Hashable, Sendable {
    /// Places that a hold can take.
    public let free: Int
    /// Places held, or being paid for.
    public let held: Int
    /// Places sold.
    public let booked: Int
    /// Places that the organizer has taken off sale.
    public let blocked: Int

    /// Counts places.
    public init(free: Int, held: Int, booked: Int, blocked: Int) {
        self.free = free
        self.held = held
        self.booked = booked
        self.blocked = blocked
    }
}

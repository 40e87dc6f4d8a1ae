/// What can be asked of an inventory. Holds are named by their own ids, since all of them are on one offering.
public enum Command: Hashable, Sendable {
    /// Sets claims aside until a deadline: all of them or none.
    case hold(UniqueID, customer: UniqueID, claims: [UnitClaim], until: Moment)
    /// Lets a customer's hold go.
    case release(UniqueID, customer: UniqueID)
    /// Turns a customer's hold into a booking being paid for, which can no longer expire.
    case submit(UniqueID, customer: UniqueID, booking: BookingID)
    /// Takes a submit back whose booking could not be written; the hold is as it was, its deadline too.
    case withdraw(UniqueID)
    /// Sells what a submitted hold has.
    case confirm(UniqueID)
    /// Gives what a submitted hold has back to the hold, which then lasts until `keepUntil` at least.
    case fail(UniqueID, keepUntil: Moment)
}

/// A quantity of one unit.
public struct UnitClaim: Hashable, Sendable {
    /// The unit.
    public let unit: UnitIndex
    /// Places; the inventory refuses what is not 1 to the unit's capacity.
    public let quantity: Int

    /// Describes a claim.
    public init(unit: UnitIndex, quantity: Int) {
        self.unit = unit
        self.quantity = quantity
    }
}

/// Claims that are set aside: a hold, or a booking that is being paid for.
public struct Reservation: Hashable, Sendable {
    /// The hold's own id.
    public let hold: UniqueID
    /// Whose it is.
    public let customer: UniqueID
    /// What it has.
    public let claims: [UnitClaim]
    /// When the hold ends; without meaning while `booking` is there.
    public internal(set) var deadline: Moment
    /// The booking that is being paid for; nil of a hold.
    public internal(set) var booking: BookingID?

    /// Describes a reservation.
    public init(hold: UniqueID, customer: UniqueID, claims: [UnitClaim], deadline: Moment, booking: BookingID? = nil) {
        self.hold = hold
        self.customer = customer
        self.claims = claims
        self.deadline = deadline
        self.booking = booking
    }

    func isOver(at now: Moment) -> Bool {
        booking == nil && deadline <= now
    }
}

/// What an inventory answers: the reservation as the command left it, or why nothing was changed.
public typealias Decision = Result<Reservation, Refusal>

/// Why a command changed nothing.
public enum Refusal: Error, Hashable, Sendable {
    /// A unit that could not be had.
    public struct UnavailableUnit: Hashable, Sendable {
        /// The unit.
        public let unit: UnitIndex
        /// Whether it is sold, rather than set aside.
        public let isBooked: Bool
        /// When the hold on a seat ends; nil when it is sold, being paid for, or a general section.
        public let heldUntil: Moment?
        /// Places that are left.
        public let available: Int
    }

    /// There are no claims.
    case noClaims
    /// Two claims are on this unit.
    case duplicateUnit(UnitIndex)
    /// The quantity is not 1 to the unit's capacity.
    case invalidQuantity(UnitIndex, capacity: Int)
    /// These units could not be had.
    case unavailable([UnavailableUnit])
    /// The customer has no such hold; or there is one with this id already.
    case unknownHold
    /// The hold's deadline has passed.
    case expired
    /// The hold was let go.
    case released
    /// The hold is being bought, or was.
    case booked(BookingID)
    /// The hold has not been submitted.
    case notSubmitted
}

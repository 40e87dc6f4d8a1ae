/// Why a command was not carried out.
public enum Refusal: Error, Hashable, Sendable {
    /// A unit that could not be had.
    public struct UnavailableUnit: Hashable, Sendable {
        /// What is in the way.
        public enum Reason: Hashable, Sendable {
            case held, booked, blocked
        }

        /// The unit.
        public let unit: UnitIndex
        /// What is in the way; of a unit with a capacity, what could be had the soonest.
        public let reason: Reason
        /// When the first hold that is in the way ends. Nil when none ends by itself, or, of a unit with a capacity, when
        /// none of the holds that end next is on it.
        public let heldUntil: Moment?
        /// Places that are left.
        public let available: Int

        /// Describes a unit that could not be had.
        public init(unit: UnitIndex, reason: Reason, heldUntil: Moment?, available: Int) {
            self.unit = unit
            self.reason = reason
            self.heldUntil = heldUntil
            self.available = available
        }
    }

    /// There are no claims.
    case noClaims
    /// The layout has no such unit.
    case unknownUnit(UnitIndex)
    /// The layout has no such section, or it has no seats to choose from.
    case unknownSection(Int)
    /// Two claims are on this unit.
    case duplicateUnit(UnitIndex)
    /// The quantity is not 1 to the unit's capacity.
    case invalidQuantity(UnitIndex, capacity: Int)
    /// So many seats cannot be asked for, less than one or more than a hold may have.
    case invalidSeatCount(limit: Int)
    /// This seat is kept for those who ask for an accessible one.
    case accessibleSeat(UnitIndex)
    /// These units could not be had.
    case unavailable([UnavailableUnit])
    /// There are not as many seats as asked for, or not side by side.
    ///
    /// - Parameters:
    ///   - adjacent: The most seats side by side that could be had.
    ///   - heldUntil: When the first hold on such a seat ends, if one of those that end next is.
    case noneAvailable(adjacent: Int, heldUntil: Moment?)
    /// A hold may not have more places.
    case tooManyForHold(limit: Int)
    /// The customer may not have more places, and has `taken` already.
    case tooManyForCustomer(limit: Int, taken: Int)
    /// Holds are granted from this moment on.
    case saleNotOpen(until: Moment)
    /// Holds are granted no more.
    case saleClosed
    /// There is a hold with this id already, or was.
    case duplicateHold
    /// The customer has no such hold.
    case unknownHold
    /// The hold has lasted as long as a hold can; it ends at this moment.
    case cannotExtend(until: Moment)
    /// A deadline or an end that has passed already, or lies too far ahead.
    case invalidDeadline
    /// The hold's deadline has passed.
    case expired
    /// The hold was let go.
    case released
    /// The hold is being bought, or was.
    case booked(booking: UniqueID)
    /// The hold has not been submitted.
    case notSubmitted
    /// The claims are not sold, or the booking has no end.
    case notBooked
    /// The places are not off sale.
    case notBlocked(UnitIndex)
    /// The booking was cancelled, or has ended.
    case ended
}

/// What can be asked of an inventory.
///
/// Holds and bookings are named by their own ids, since all of them are on one offering; a booking is named by the hold
/// that it was made of, which stays its name for life.
public enum Command: Hashable, Sendable {
    /// Sets places aside for the rules' hold time.
    case hold(UniqueID, customer: UniqueID, Selection)
    /// Gives a customer's hold the rules' hold time again, as far as the longest hold allows.
    case extend(UniqueID, customer: UniqueID)
    /// Lets a customer's hold go.
    case release(UniqueID, customer: UniqueID)
    /// Turns a customer's hold into a booking being paid for, which can no longer expire. One with an end, like a
    /// rental, gives its claims back then.
    case submit(UniqueID, customer: UniqueID, booking: UniqueID, end: Moment? = nil)
    /// Takes a submit back whose booking could not be written; the hold is as it was, its deadline too.
    case withdraw(UniqueID)
    /// Sells what a submitted hold has.
    case confirm(UniqueID)
    /// Gives what a submitted hold has back to the hold, which then lasts until `keepUntil` at least.
    case fail(UniqueID, keepUntil: Moment)
    /// Puts what a confirmed booking has back on sale. The claims come from the durable record: an inventory does not
    /// remember whose each sold place is.
    case cancel(UniqueID, customer: UniqueID, claims: UnitClaims)
    /// Ends a confirmed booking that has an end before its time.
    case end(UniqueID)
}

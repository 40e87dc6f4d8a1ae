public import Inventory

/// The durable record of who has come in.
public protocol CheckInBook: Sendable {
    /// Records that the holder of a booking's place has come in, if the booking is confirmed and nobody has with that
    /// place. Of two that try at once one succeeds; and no cancellation comes in between.
    func record(_ checkIn: CheckIn) async throws(LedgerError) -> CheckInOutcome
}

/// Somebody has come in.
public struct CheckIn: Hashable, Sendable {
    /// What was booked.
    public let booking: BookingID
    /// The place's number among all places of the booking, from 0, in the order of its claims.
    public let place: Int
    /// When.
    public let time: Timestamp
    /// Who let them in.
    public let admittedBy: UniqueID
    /// At which door, in the words of whoever let them in.
    public let gate: String?

    /// Describes a check-in.
    public init(booking: BookingID, place: Int, time: Timestamp, admittedBy: UniqueID, gate: String?) {
        self.booking = booking
        self.place = place
        self.time = time
        self.admittedBy = admittedBy
        self.gate = gate
    }
}

/// What became of a check-in.
public enum CheckInOutcome: Hashable, Sendable {
    /// It is recorded.
    case admitted
    /// There is an earlier one.
    case alreadyAdmitted(CheckIn)
    /// The booking is not confirmed, or not any more.
    case notConfirmed(BookingStatus)
    /// There is no such booking.
    case unknownBooking
}

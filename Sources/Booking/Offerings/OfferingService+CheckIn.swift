public import Inventory

/// The door: who comes in with which ticket.
extension OfferingService {
    /// Lets in whoever has a place of a booking, once.
    ///
    /// - Parameters:
    ///   - place: Its number, from 0, as the ticket says, whose signature has been verified.
    ///   - gate: At which door.
    /// - Returns: The check-in, and the booking.
    /// - Throws: `alreadyCheckedIn` with the earlier `checkIn`, `bookingNotConfirmed`, `bookingNotFound`, `invalidTicket`;
    ///   `ledgerUnavailable`, after which it may be recorded all the same.
    public func checkIn(
        _ id: BookingID, place: Int, by user: UniqueID, gate: String?
    ) async throws(BookingError) -> (CheckIn, Booking) {
        let checkIn = CheckIn(booking: id, place: place, time: clock.timestamp, admittedBy: user, gate: gate)
        let (booking, outcome) = try await record(checkIn)
        switch outcome {
        case .admitted: return (checkIn, booking)
        case .alreadyAdmitted(let earlier): throw .alreadyCheckedIn(earlier)
        case .notConfirmed(let status): throw .notConfirmed(status)
        case .unknownBooking: throw .invalidTicket
        }
    }

    private func record(_ checkIn: CheckIn) async throws(BookingError) -> (Booking, CheckInOutcome) {
        let id = checkIn.booking
        let outcome: CheckInOutcome
        let booking: Booking?
        do throws(LedgerError) {
            booking = try await ledger.booking(id)
            let isOfBooking = booking?.claims.unit(ofPlace: checkIn.place) != nil
            outcome = isOfBooking ? try await ledger.record(checkIn) : .unknownBooking
        } catch {
            throw .checkInUnknown(error)
        }
        guard let booking else { throw .noSuchBooking(id) }
        return (booking, outcome)
    }
}

extension [Claim] {
    /// The unit of a place, counted from 0 in the order of the claims; nil when there are not as many.
    public func unit(ofPlace place: Int) -> String? {
        guard place >= 0 else { return nil }
        var rest = place
        for claim in self {
            if rest < claim.quantity { return claim.unit }
            rest -= claim.quantity
        }
        return nil
    }
}

extension BookingError {
    fileprivate static let invalidTicket = BookingError(.invalidTicket, "The booking has no such place.")

    fileprivate static func checkInUnknown(_ cause: LedgerError) -> BookingError {
        var error = BookingError(
            .ledgerUnavailable, "Whether the ticket was taken is not known, since the database is away. Scan it again.")
        error.retryAfter = .seconds(1)
        error.cause = cause
        return error
    }

    fileprivate static func alreadyCheckedIn(_ earlier: CheckIn) -> BookingError {
        var error = BookingError(.alreadyCheckedIn, "Somebody has come in with this ticket already.")
        error.checkIn = earlier
        return error
    }

    fileprivate static func notConfirmed(_ status: BookingStatus) -> BookingError {
        BookingError(.bookingNotConfirmed, "The booking is \(status.rawValue); only a confirmed one lets anybody in.")
    }
}

import Inventory

extension BookingError {
    /// Puts an inventory's refusal into the words of its customers.
    init(_ refusal: Refusal, layout: Layout, now: Moment, timestamp: Timestamp) {
        switch refusal {
        case .noClaims:
            self.init(.emptyHold, "The hold asks for nothing: name at least one seat or general place.")
        case .duplicateUnit(let unit):
            self.init(.duplicateUnit, "\(layout.name(of: unit)) is asked for twice.")
        case .invalidQuantity(let unit, let capacity):
            self.init(.invalidQuantity, "The quantity for \(layout.name(of: unit)) must be 1 to \(capacity).")
        case .unavailable(let units):
            self.init(.seatsUnavailable, "Nothing was held: some of the places are not available.")
            unavailable = units.map { unit in
                UnavailableUnit(
                    unit: layout.name(of: unit.unit), status: unit.isBooked ? .booked : .held,
                    heldUntil: unit.heldUntil.map { timestamp + ($0 - now) },
                    available: layout.generalUnit(named: layout.name(of: unit.unit)) == nil ? nil : unit.available)
            }
        case .unknownHold:
            self.init(.holdNotFound, "You have no such hold on this event.")
        case .expired:
            self.init(.holdExpired, "The hold has expired; its places went back on sale.")
        case .released:
            self.init(.holdReleased, "The hold was released; its places went back on sale.")
        case .booked(let booking):
            self.init(.holdBooked, "The hold has become booking \(booking).")
            bookingID = booking
        case .notSubmitted:
            self.init(.holdNotFound, "The hold is not being bought.")
        }
    }

    static func notOwner(_ offering: UniqueID, cause: any Error) -> BookingError {
        var error = BookingError(.notOwner, "Event \(offering) has moved to another node; try again.")
        error.retryAfter = .seconds(1)
        error.cause = cause
        return error
    }

    static func ledger(_ cause: LedgerError, offering: UniqueID) -> BookingError {
        switch cause.code {
        case .fenced:
            return .notOwner(offering, cause: cause)
        case .conflict:
            var error = BookingError(.seatsUnavailable, "Nothing was booked: the places are booked already.")
            error.cause = cause
            return error
        case .unavailable:
            var error = BookingError(.ledgerUnavailable, "Bookings cannot be written right now; try again.")
            error.retryAfter = .seconds(1)
            error.cause = cause
            return error
        }
    }
}

import Inventory

extension BookingError {
    /// Puts an inventory's refusal into the words of its customers.
    init(_ refusal: Refusal, of offering: Offering, now: Moment, timestamp: Timestamp) {
        let layout = offering.layout
        func wallClock(_ moment: Moment) -> Timestamp { timestamp + (moment - now) }

        switch refusal {
        case .noClaims:
            self.init(.emptyHold, "The hold asks for nothing: name at least one seat or general place.")
        case .unknownUnit:
            self.init(.unknownUnit, "The event has no such seat or section.")
        case .unknownSection:
            self.init(.unknownUnit, "The section has no seats to choose from.")
        case .duplicateUnit(let unit):
            self.init(.duplicateUnit, "\(layout.name(of: unit)) is asked for twice.")
        case .invalidQuantity(let unit, let capacity):
            self.init(.invalidQuantity, "The quantity for \(layout.name(of: unit)) must be 1 to \(capacity).")
        case .invalidSeatCount(let limit):
            self.init(.invalidQuantity, "The number of seats must be 1 to \(limit).")
        case .accessibleSeat(let unit):
            self.init(
                .accessibleSeat,
                "\(layout.name(of: unit)) is kept for those who need it: ask with \"accessible\": true.")
        case .unavailable(let units):
            self.init(.seatsUnavailable, "Nothing was held: some of the places are not available.")
            unavailable = units.map { unit in
                UnavailableUnit(
                    unit: layout.name(of: unit.unit), status: SeatMap.Status(unit.reason),
                    heldUntil: unit.heldUntil.map(wallClock),
                    available: layout.isSeat(unit.unit) ? nil : unit.available)
            }
        case .noneAvailable(let adjacent, let heldUntil):
            self.init(
                .seatsUnavailable,
                adjacent == 0
                    ? "Nothing was held: no such seat is free."
                    : "Nothing was held: of such seats no more than \(adjacent) are free side by side.")
            self.heldUntil = heldUntil.map(wallClock)
        case .tooManyForHold(let limit):
            self.init(.tooManyUnits, "A hold on this event can have \(limit) places at most.")
            self.limit = limit
        case .tooManyForCustomer(let limit, let taken):
            self.init(
                .customerLimit,
                "You can have \(limit) places of this event at most, holds and bookings together, and have \(taken).")
            self.limit = limit
            self.taken = taken
        case .saleNotOpen:
            self.init(.saleNotOpen, "The sale has not begun.")
            salesStart = offering.salesStart
        case .saleClosed:
            self.init(.saleClosed, "The sale is over.")
        case .unknownHold, .duplicateHold, .notSubmitted, .notBooked, .notBlocked, .ended, .invalidDeadline:
            self.init(.holdNotFound, "You have no such hold on this event.")
        case .cannotExtend(let until):
            self.init(.holdNotExtensible, "The hold lasts as long as a hold can already: book it before it ends.")
            expiresAt = wallClock(until)
        case .expired:
            self.init(.holdExpired, "The hold has expired; its places went back on sale.")
        case .released:
            self.init(.holdReleased, "The hold was released; its places went back on sale.")
        case .booked(let own):
            let booking = BookingID(offering: offering.id, own: own)
            self.init(.holdBooked, "The hold has become booking \(booking).")
            bookingID = booking
        }
    }

    static func notOwner(_ offering: UniqueID, cause: (any Error)? = nil) -> BookingError {
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
            return .ledgerUnavailable("Bookings cannot be written right now; nothing was charged, try again.", cause)
        }
    }

    /// Of bookings that were only to be read.
    static func unreadable(_ cause: LedgerError) -> BookingError {
        .ledgerUnavailable("Bookings cannot be read right now; try again.", cause)
    }

    private static func ledgerUnavailable(_ message: String, _ cause: LedgerError) -> BookingError {
        var error = BookingError(.ledgerUnavailable, message)
        error.retryAfter = .seconds(1)
        error.cause = cause
        return error
    }
}

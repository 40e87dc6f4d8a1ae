extension Inventory {
    /// How far ahead a booking's end may lie.
    public static let longestBooking = Duration.seconds(10 * 366 * 86_400)

    mutating func submit(
        _ hold: UniqueID, customer: UniqueID, booking: UniqueID, end: Moment?, at now: Moment
    ) throws(Refusal) -> Reservation {
        let slot = try slot(of: hold, of: customer, at: now)
        if let end, end <= now || end > now + Self.longestBooking { throw .invalidDeadline }
        deadlines.remove(slot: slot)
        reservations[slot].phase = .submitted(booking: booking)
        reservations[slot].end = end
        return reservations[slot]
    }

    mutating func returnToHold(_ hold: UniqueID, keepUntil: Moment?) throws(Refusal) -> Reservation {
        let slot = try submittedSlot(of: hold).slot
        reservations[slot].end = nil
        return keep(slot, until: max(reservations[slot].deadline, keepUntil ?? reservations[slot].deadline))
    }

    mutating func confirm(_ hold: UniqueID) throws(Refusal) -> Reservation {
        let (slot, booking) = try submittedSlot(of: hold)
        for claim in reservations[slot].claims {
            units.move(claim, from: .held(slot: slot), to: .booked)
        }
        guard let end = reservations[slot].end else {
            var sold = remove(slot: slot, as: .booked(booking: booking))
            sold.phase = .booked(booking: booking)
            return sold
        }
        reservations[slot].phase = .booked(booking: booking)
        deadlines.insert(end, slot: slot)
        return reservations[slot]
    }

    mutating func cancel(
        _ hold: UniqueID, customer: UniqueID, claims: UnitClaims, at now: Moment
    ) throws(Refusal) -> Reservation {
        // A booking that has an end is remembered, with its claims.
        guard reservations.slot(of: hold) == nil else { return try end(hold, at: now) }
        // A second cancellation of one booking must not give back what has been sold anew.
        guard reservations.ending(of: hold)?.refusal != .ended else { throw .ended }
        _ = try check(claims)
        for claim in claims where units.counts(of: claim.unit).booked < claim.quantity { throw .notBooked }
        for claim in claims { units.move(claim, from: .booked, to: .free) }
        reservations.remember(Ending(hold: hold, customer: customer, refusal: .ended))
        let cancelled = Reservation(hold: hold, customer: customer, claims: claims, heldSince: now, deadline: now)
        count(-cancelled.places, for: customer)
        return cancelled
    }

    mutating func end(_ hold: UniqueID, at now: Moment) throws(Refusal) -> Reservation {
        guard let slot = reservations.slot(of: hold) else {
            throw reservations.ending(of: hold)?.refusal == .ended ? .ended : .notBooked
        }
        guard reservations[slot].isBooked else { throw .notBooked }
        guard !reservations[slot].hasLapsed(at: now) else {
            endLapsed(slot: slot)
            throw .ended
        }
        return end(slot: slot, as: .ended)
    }

    private func submittedSlot(of hold: UniqueID) throws(Refusal) -> (slot: Int, booking: UniqueID) {
        guard let slot = reservations.slot(of: hold), case .submitted(let booking) = reservations[slot].phase else {
            throw .notSubmitted
        }
        return (slot, booking)
    }
}

// MARK: - Places off sale

extension Inventory {
    /// Takes free places off sale: all of them, or none when one is held or sold.
    public mutating func block(_ claims: UnitClaims, at now: Moment) -> Decision<Void> {
        decide { (inventory) throws(Refusal) in
            _ = try inventory.check(claims)
            try inventory.makeRoom(for: claims, at: now)
            for claim in claims { inventory.units.move(claim, from: .free, to: .blocked) }
        }
    }

    /// Puts places on sale again that were taken off it: all of them, or none when one was not.
    public mutating func unblock(_ claims: UnitClaims) -> Decision<Void> {
        decide { (inventory) throws(Refusal) in
            _ = try inventory.check(claims)
            for claim in claims where inventory.units.counts(of: claim.unit).blocked < claim.quantity {
                throw .notBlocked(claim.unit)
            }
            for claim in claims { inventory.units.move(claim, from: .blocked, to: .free) }
        }
    }
}

// MARK: - Reloading

extension Inventory {
    /// Marks places as sold for good, as the durable record says. For an inventory that is being activated.
    public mutating func restoreBooked(_ claim: UnitClaim, by customer: UniqueID) throws(Refusal) {
        _ = try decide { (inventory) throws(Refusal) in
            let claims = UnitClaims(CollectionOfOne(claim))
            _ = try inventory.check(claims)
            try inventory.makeRoom(for: claims, at: Moment(nanoseconds: .min))
            inventory.units.move(claim, from: .free, to: .booked)
            inventory.count(claim.quantity, for: customer)
        }.get()
    }

    /// Sets a hold, a booking in payment, or a booking with an end aside again, as the durable record says.
    @discardableResult
    public mutating func restore(_ reservation: Reservation, at now: Moment) throws(Refusal) -> Changes {
        let decision = decide { (inventory) throws(Refusal) in
            guard !reservation.hasLapsed(at: now) else { throw .expired }
            guard reservation.deadline <= now + Rules.Limit.longestHold else { throw .invalidDeadline }
            _ = try inventory.check(reservation.claims)
            try inventory.makeRoom(for: reservation.claims, at: now)
            try inventory.take(reservation)
        }
        try decision.get()
        return decision.changes
    }
}

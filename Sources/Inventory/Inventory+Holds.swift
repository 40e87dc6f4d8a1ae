extension Inventory {
    /// How many reservations are ended at most to make room for one hold. They must be ended anyway; the bound keeps one
    /// decision within a millisecond when a herd of them is over at once. A request that meets more is told to ask again.
    static let lapsesPerDecision = 5_000

    /// A customer's hold that can still be bought.
    public func hold(_ hold: UniqueID, of customer: UniqueID, at now: Moment) throws(Refusal) -> Reservation {
        reservations[try slot(of: hold, of: customer, at: now)]
    }

    /// Sets claims aside if all of them can be had.
    mutating func place(
        _ hold: UniqueID, customer: UniqueID, _ selection: Selection, at now: Moment
    ) throws(Refusal) -> Reservation {
        try checkSale(at: now)
        let claims = try claims(of: selection, for: customer, at: now)
        let reservation = Reservation(
            hold: hold, customer: customer, claims: claims, heldSince: now,
            deadline: now.advanced(byNanoseconds: rules.holdNanoseconds))
        try take(reservation)
        return reservation
    }

    mutating func extend(_ hold: UniqueID, customer: UniqueID, at now: Moment) throws(Refusal) -> Reservation {
        let slot = try slot(of: hold, of: customer, at: now)
        let held = reservations[slot]
        let deadline = min(now.advanced(byNanoseconds: rules.holdNanoseconds), held.heldSince + rules.longestHold)
        guard deadline > held.deadline else { throw .cannotExtend(until: held.deadline) }
        return keep(slot, until: deadline)
    }

    mutating func release(_ hold: UniqueID, customer: UniqueID, at now: Moment) throws(Refusal) -> Reservation {
        end(slot: try slot(of: hold, of: customer, at: now), as: .released)
    }

    /// Gives the places of a reservation to it, which must be free.
    mutating func take(_ reservation: Reservation) throws(Refusal) {
        guard let slot = reservations.insert(reservation) else { throw .duplicateHold }
        let state = reservation.isBooked ? SeatState.booked : .held(slot: slot)
        for claim in reservation.claims {
            units.move(claim, from: .free, to: state)
        }
        if let lapse = reservation.lapse { deadlines.insert(lapse, slot: slot) }
        count(reservation.places, for: reservation.customer)
    }

    /// Makes a reservation a hold that lasts until a deadline.
    mutating func keep(_ slot: Int, until deadline: Moment) -> Reservation {
        reservations[slot].phase = .held
        reservations[slot].deadline = deadline
        deadlines.remove(slot: slot)
        deadlines.insert(deadline, slot: slot)
        return reservations[slot]
    }

    /// The slot of a customer's hold that can still be bought.
    func slot(of hold: UniqueID, of customer: UniqueID, at now: Moment) throws(Refusal) -> Int {
        guard let slot = reservations.slot(of: hold), reservations[slot].customer == customer else {
            if let ending = reservations.ending(of: hold), ending.customer == customer { throw ending.refusal }
            throw .unknownHold
        }
        let hasLapsed = reservations[slot].hasLapsed(at: now)
        switch reservations[slot].phase {
        case .held where !hasLapsed: return slot
        case .held: throw .expired
        case .booked where hasLapsed: throw .ended
        case .submitted(let booking), .booked(let booking): throw .booked(booking: booking)
        }
    }

    private func checkSale(at now: Moment) throws(Refusal) {
        if let opens = rules.saleOpens, now < opens { throw .saleNotOpen(until: opens) }
        if let closes = rules.saleCloses, now >= closes { throw .saleClosed }
    }
}

// MARK: - Claims that can be had

extension Inventory {
    private mutating func claims(
        of selection: Selection, for customer: UniqueID, at now: Moment
    ) throws(Refusal) -> UnitClaims {
        switch selection {
        case .units(let claims, let accessible):
            let places = try check(claims)
            guard places <= rules.unitsPerHold else { throw .tooManyForHold(limit: rules.unitsPerHold) }
            if !accessible, units.free.hasAccessible { try checkAccess(to: claims) }
            try checkAllowance(of: customer, for: places, at: now)
            try makeRoom(for: claims, at: now)
            return claims
        case .best(let wanted):
            try check(wanted)
            try checkAllowance(of: customer, for: wanted.quantity, at: now)
            return try chooseBest(wanted, at: now)
        }
    }

    /// Refuses claims that no state of the inventory could grant.
    ///
    /// - Returns: How many places they ask for.
    func check(_ claims: UnitClaims) throws(Refusal) -> Int {
        guard !claims.isEmpty else { throw .noClaims }
        // Each claim asks for a place at least, so this also bounds what the checks below cost.
        guard claims.count <= Rules.Limit.unitsPerHold else { throw .tooManyForHold(limit: Rules.Limit.unitsPerHold) }
        var places = 0
        for claim in claims {
            guard claim.unit < layout.unitCount else { throw .unknownUnit(claim.unit) }
            let capacity = layout.shapes[layout.sectionIndex(of: claim.unit)].unitCapacity
            guard (1...capacity).contains(claim.quantity) else {
                throw .invalidQuantity(claim.unit, capacity: capacity)
            }
            places += claim.quantity
        }
        if claims.count > 1 {
            let units = claims.map(\.unit).sorted()
            for (unit, next) in zip(units, units.dropFirst()) where unit == next { throw .duplicateUnit(unit) }
        }
        return places
    }

    private func checkAccess(to claims: UnitClaims) throws(Refusal) {
        for claim in claims {
            let shape = layout.shapes[layout.sectionIndex(of: claim.unit)]
            if shape.isSeated, units.free.isAccessible(Int(claim.unit), in: shape) { throw .accessibleSeat(claim.unit) }
        }
    }

    private mutating func checkAllowance(of customer: UniqueID, for wanted: Int, at now: Moment) throws(Refusal) {
        guard let limit = rules.unitsPerCustomer else { return }
        while places(of: customer) + wanted > limit {
            guard lapsed.count < Self.lapsesPerDecision, endNextLapsed(at: now) else {
                throw .tooManyForCustomer(limit: limit, taken: places(of: customer))
            }
        }
    }

    /// Sees to it that claims can be had, by ending what had lapsed.
    mutating func makeRoom(for claims: UnitClaims, at now: Moment) throws(Refusal) {
        var unavailable: [Refusal.UnavailableUnit] = []
        for claim in claims {
            let obstacle = layout.isSeat(claim.unit) ? obstacle(at: claim.unit, at: now) : shortage(of: claim, at: now)
            if let obstacle { unavailable.append(obstacle) }
        }
        guard unavailable.isEmpty else { throw .unavailable(unavailable) }
    }

    private mutating func obstacle(at seat: UnitIndex, at now: Moment) -> Refusal.UnavailableUnit? {
        // A sold seat does not say to whom, and the sale may have had an end.
        while units.state(ofSeat: seat) == .booked, lapsed.count < Self.lapsesPerDecision, endNextLapsed(at: now) {}
        let state = units.state(ofSeat: seat)
        guard state != .free else { return nil }
        guard let slot = state.holder else {
            return .init(unit: seat, reason: state == .booked ? .booked : .blocked, heldUntil: nil, available: 0)
        }
        guard !reservations[slot].hasLapsed(at: now) else {
            endLapsed(slot: slot)
            return nil
        }
        return .init(unit: seat, reason: .held, heldUntil: reservations[slot].lapse, available: 0)
    }

    private mutating func shortage(of claim: UnitClaim, at now: Moment) -> Refusal.UnavailableUnit? {
        while units.counts(of: claim.unit).free < claim.quantity {
            guard lapsed.count < Self.lapsesPerDecision, endNextLapsed(at: now) else {
                let counts = units.counts(of: claim.unit)
                return .init(
                    unit: claim.unit, reason: counts.held > 0 ? .held : counts.booked > 0 ? .booked : .blocked,
                    heldUntil: nextLapse { $0 == claim.unit }, available: counts.free)
            }
        }
        return nil
    }

    /// When the first reservation ends that has a unit with a certain property, if it is one of those that end next.
    func nextLapse(ofUnit isMeant: (UnitIndex) -> Bool) -> Moment? {
        deadlines.earliest(among: 100) { slot in
            reservations[slot].claims.contains { isMeant($0.unit) }
        }
    }
}

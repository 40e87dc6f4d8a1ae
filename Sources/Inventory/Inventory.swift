/// All units of one offering with the holds and bookings on them, as a pure state machine.
///
/// It knows no clock, no store and no chance: the same commands at the same moments give the same decisions. Whoever
/// owns it performs what was decided.
///
/// Between any two calls `free + held + booked = capacity` holds for each section, and no unit is claimed beyond its
/// capacity.
public struct Inventory: Sendable {
    /// What the offering has to sell.
    public let layout: Layout
    /// Rises with each change, so that views can be compared.
    public private(set) var version: UInt64 = 0

    var units: [UnitState]
    var tallies: [Tally]
    private var slots: [Reservation?] = []
    private var freeSlots: [Int] = []
    private var slotsByHold: [UniqueID: Int] = [:]
    private var deadlines = DeadlineHeap()
    private var ended = EndedHolds()

    /// Makes an inventory in which everything is free.
    public init(layout: Layout) {
        self.layout = layout
        units = Array(repeating: .free, count: layout.unitCount)
        tallies = Array(repeating: Tally(), count: layout.sections.count)
    }

    /// Decides a command and changes the state accordingly, or refuses it and changes nothing.
    ///
    /// A hold whose deadline has come is over, whether or not `expire` has been called for it.
    ///
    /// Complexity: O(claims), and O(log holds) for a deadline.
    public mutating func apply(_ command: Command, at now: Moment) -> Decision {
        Result { () throws(Refusal) -> Reservation in
            switch command {
            case .hold(let hold, let customer, let claims, let deadline):
                try place(
                    Reservation(hold: hold, customer: customer, claims: claims, deadline: deadline), at: now)
            case .release(let hold, let customer):
                try release(hold, customer: customer, at: now)
            case .submit(let hold, let customer, let booking):
                try submit(hold, customer: customer, booking: booking, at: now)
            case .withdraw(let hold):
                try returnToHold(hold, keepUntil: nil)
            case .confirm(let hold):
                try confirm(hold)
            case .fail(let hold, let keepUntil):
                try returnToHold(hold, keepUntil: keepUntil)
            }
        }
    }

    /// Ends holds whose deadline has come, the earliest first.
    ///
    /// - Parameter limit: At most this many, so that a herd of expiries leaves room for other work.
    /// - Returns: The holds that ended.
    public mutating func expire(at now: Moment, limit: Int) -> [Reservation] {
        var expired: [Reservation] = []
        while expired.count < limit, let next = deadlines.earliest, next.deadline <= now {
            expired.append(end(slot: next.slot, as: .expired))
        }
        return expired
    }

    /// When the next hold ends.
    public var nextDeadline: Moment? { deadlines.earliest?.deadline }

    /// A customer's hold that can still be bought.
    public func hold(_ hold: UniqueID, of customer: UniqueID, at now: Moment) throws(Refusal) -> Reservation {
        let reservation = try reservation(of: hold, customer: customer)
        if reservation.isOver(at: now) { throw .expired }
        if let booking = reservation.booking { throw .booked(booking) }
        return reservation
    }
}

// MARK: - Commands

extension Inventory {
    private mutating func release(_ hold: UniqueID, customer: UniqueID, at now: Moment) throws(Refusal) -> Reservation {
        _ = try self.hold(hold, of: customer, at: now)
        return end(slot: try slot(of: hold), as: .released)
    }

    private mutating func submit(
        _ hold: UniqueID, customer: UniqueID, booking: BookingID, at now: Moment
    ) throws(Refusal) -> Reservation {
        var reservation = try self.hold(hold, of: customer, at: now)
        let slot = try slot(of: hold)
        deadlines.remove(slot: slot)
        reservation.booking = booking
        slots[slot] = reservation
        version += 1
        return reservation
    }

    private mutating func returnToHold(_ hold: UniqueID, keepUntil: Moment?) throws(Refusal) -> Reservation {
        let slot = try slot(of: hold)
        guard var reservation = slots[slot], reservation.booking != nil else { throw .notSubmitted }
        reservation.booking = nil
        reservation.deadline = max(reservation.deadline, keepUntil ?? reservation.deadline)
        slots[slot] = reservation
        deadlines.insert(reservation.deadline, slot: slot)
        version += 1
        return reservation
    }

    private mutating func confirm(_ hold: UniqueID) throws(Refusal) -> Reservation {
        let slot = try slot(of: hold)
        guard let reservation = slots[slot], let booking = reservation.booking else { throw .notSubmitted }
        vacate(slot, as: .booked(booking))
        for claim in reservation.claims {
            move(claim, from: .held(slot: slot), to: .booked)
        }
        return reservation
    }

    private func slot(of hold: UniqueID) throws(Refusal) -> Int {
        guard let slot = slotsByHold[hold] else { throw .unknownHold }
        return slot
    }

    private func reservation(of hold: UniqueID, customer: UniqueID) throws(Refusal) -> Reservation {
        if let slot = slotsByHold[hold], let reservation = slots[slot], reservation.customer == customer {
            return reservation
        }
        if let ending = ended[hold], ending.customer == customer { throw ending.refusal }
        throw .unknownHold
    }
}

// MARK: - Placing and ending

extension Inventory {
    /// Sets a reservation's claims aside if all of them can be had.
    private mutating func place(_ reservation: Reservation, at now: Moment) throws(Refusal) -> Reservation {
        guard slotsByHold[reservation.hold] == nil, ended[reservation.hold] == nil else { throw .unknownHold }
        try check(reservation.claims)
        let unavailable = reservation.claims.compactMap { obstacle(to: $0, at: now) }
        guard unavailable.isEmpty else { throw .unavailable(unavailable) }

        let slot = freeSlots.popLast() ?? slots.count
        if slot == slots.count { slots.append(reservation) } else { slots[slot] = reservation }
        slotsByHold[reservation.hold] = slot
        if reservation.booking == nil { deadlines.insert(reservation.deadline, slot: slot) }
        for claim in reservation.claims {
            move(claim, from: .free, to: .held(slot: slot))
        }
        version += 1
        return reservation
    }

    /// What keeps a claim from being had. A hold in the way whose deadline has come is ended first.
    private mutating func obstacle(to claim: UnitClaim, at now: Moment) -> Refusal.UnavailableUnit? {
        guard isSeat(claim.unit) else { return shortage(of: claim, at: now) }
        switch units[Int(claim.unit)].decoded {
        case .free:
            return nil
        case .booked:
            return Refusal.UnavailableUnit(unit: claim.unit, isBooked: true, heldUntil: nil, available: 0)
        case .held(let slot):
            guard let holder = slots[slot] else { preconditionFailure("a held seat has a holder") }
            guard !holder.isOver(at: now) else {
                end(slot: slot, as: .expired)
                return nil
            }
            let heldUntil = holder.booking == nil ? holder.deadline : nil
            return Refusal.UnavailableUnit(unit: claim.unit, isBooked: false, heldUntil: heldUntil, available: 0)
        }
    }

    private mutating func shortage(of claim: UnitClaim, at now: Moment) -> Refusal.UnavailableUnit? {
        let section = layout.sectionIndex(of: claim.unit)
        while tallies[section].free(of: layout.sections[section].capacity) < claim.quantity {
            guard let next = deadlines.earliest, next.deadline <= now else {
                let tally = tallies[section]
                return Refusal.UnavailableUnit(
                    unit: claim.unit, isBooked: tally.held == 0, heldUntil: nil,
                    available: tally.free(of: layout.sections[section].capacity))
            }
            end(slot: next.slot, as: .expired)
        }
        return nil
    }

    /// Frees what a hold has.
    @discardableResult
    private mutating func end(slot: Int, as refusal: Refusal) -> Reservation {
        guard let reservation = slots[slot] else { preconditionFailure("only a filled slot can end") }
        deadlines.remove(slot: slot)
        vacate(slot, as: refusal)
        for claim in reservation.claims {
            move(claim, from: .held(slot: slot), to: .free)
        }
        return reservation
    }

    private mutating func vacate(_ slot: Int, as refusal: Refusal) {
        guard let reservation = slots[slot] else { preconditionFailure("only a filled slot can be vacated") }
        slots[slot] = nil
        slotsByHold[reservation.hold] = nil
        freeSlots.append(slot)
        ended.remember(reservation.hold, customer: reservation.customer, as: refusal)
        version += 1
    }
}

// MARK: - Reloading

extension Inventory {
    /// Marks places as sold, as the durable record says. For an inventory that is being activated.
    public mutating func restoreBooked(_ claim: UnitClaim) throws(Refusal) {
        try check([claim])
        if let obstacle = obstacle(to: claim, at: Moment(nanoseconds: .min)) { throw .unavailable([obstacle]) }
        move(claim, from: .free, to: .booked)
        version += 1
    }

    /// Sets a hold or a booking in payment aside again, as the durable record says.
    public mutating func restore(_ reservation: Reservation, at now: Moment) throws(Refusal) {
        _ = try place(reservation, at: now)
    }
}

/// All units of one offering with the holds and bookings on them, as a pure state machine.
///
/// It knows no clock, no store and no chance: the same commands at the same moments give the same decisions. Whoever
/// owns it performs what was decided.
///
/// Between any two calls `free + held + booked + blocked = capacity` holds for each unit and section, none of them
/// negative. A reservation is over at its deadline, to the nanosecond, whether or not `expire` has been called.
public struct Inventory: Sendable {
    /// What the offering has to sell.
    public var layout: Layout { units.layout }
    /// What customers are allowed.
    public private(set) var rules: Rules
    /// Rises by one with each decision that changed a unit, so that views can be compared and followed.
    public private(set) var version: UInt64 = 0

    var units: UnitTable
    var reservations = ReservationTable()
    var deadlines = DeadlineHeap()
    var lapsed: [Reservation] = []
    private var placesByCustomer = IDTable()

    /// Makes an inventory in which everything is free.
    public init(layout: Layout, rules: Rules = Rules()) {
        units = UnitTable(layout: layout)
        self.rules = rules
    }

    /// Decides a command and changes the state accordingly, or refuses it and changes nothing but what had lapsed.
    ///
    /// Complexity: O(claims), and O(log reservations) for a deadline; of best seats, O(words of the seats' bits).
    public mutating func apply(_ command: Command, at now: Moment) -> Decision<Reservation> {
        decide { (inventory) throws(Refusal) in
            switch command {
            case .hold(let hold, let customer, let selection):
                try inventory.place(hold, customer: customer, selection, at: now)
            case .extend(let hold, let customer):
                try inventory.extend(hold, customer: customer, at: now)
            case .release(let hold, let customer):
                try inventory.release(hold, customer: customer, at: now)
            case .submit(let hold, let customer, let booking, let end):
                try inventory.submit(hold, customer: customer, booking: booking, end: end, at: now)
            case .withdraw(let hold):
                try inventory.returnToHold(hold, keepUntil: nil)
            case .confirm(let hold):
                try inventory.confirm(hold)
            case .fail(let hold, let keepUntil):
                try inventory.returnToHold(hold, keepUntil: keepUntil)
            case .cancel(let hold, let customer, let claims):
                try inventory.cancel(hold, customer: customer, claims: claims, at: now)
            case .end(let hold):
                try inventory.end(hold, at: now)
            }
        }
    }

    /// Ends reservations that are over, the earliest first: holds, and bookings that have an end.
    ///
    /// - Parameter limit: At most this many, so that a herd of expiries leaves room for other work.
    /// - Returns: What ended, as `lapsed`.
    public mutating func expire(at now: Moment, limit: Int) -> Decision<Void> {
        decide { (inventory) throws(Refusal) in
            while inventory.lapsed.count < limit, inventory.endNextLapsed(at: now) {}
        }
    }

    /// Goes by other rules from now on; what is held keeps its deadline.
    ///
    /// Places are counted for each customer from the beginning or never, so a limit for customers can change, but neither
    /// come nor go.
    public mutating func follow(_ rules: Rules) {
        precondition(
            (rules.unitsPerCustomer == nil) == (self.rules.unitsPerCustomer == nil), "places are counted or not")
        self.rules = rules
    }

    /// When the next reservation is over.
    public var nextDeadline: Moment? { deadlines.earliest?.deadline }

    /// Counts a section's places; O(1).
    public func counts(ofSection index: Int) -> UnitCounts { units.counts(ofSection: index) }

    /// Counts a unit's places; O(log sections).
    public func counts(of unit: UnitIndex) -> UnitCounts { units.counts(of: unit) }

    /// How many places a customer's holds and bookings have; counted only where the rules limit it.
    public func places(of customer: UniqueID) -> Int { placesByCustomer[customer].map(Int.init) ?? 0 }
}

// MARK: - What all decisions have in common

extension Inventory {
    mutating func decide<Success>(
        _ body: (inout Inventory) throws(Refusal) -> Success
    ) -> Decision<Success> {
        units.beginChanges()
        if !lapsed.isEmpty { lapsed.removeAll(keepingCapacity: true) }
        let outcome: Result<Success, Refusal>
        do {
            outcome = .success(try body(&self))
        } catch {
            outcome = .failure(error)
        }
        if !units.changes.isEmpty { version += 1 }
        return Decision(
            // The literal is not reference-counted, as the room is that `lapsed` keeps for later.
            outcome: outcome, lapsed: lapsed.isEmpty ? [] : lapsed,
            changes: Changes(version: version, units: units.changes))
    }

    /// Ends the earliest of the reservations that are over; false when there is none.
    mutating func endNextLapsed(at now: Moment) -> Bool {
        guard let next = deadlines.earliest, next.deadline <= now else { return false }
        endLapsed(slot: next.slot)
        return true
    }

    mutating func endLapsed(slot: Int) {
        let reservation = reservations[slot]
        lapsed.append(end(slot: slot, as: reservation.phase == .held ? .expired : .ended))
    }

    /// Frees what a reservation has.
    @discardableResult
    mutating func end(slot: Int, as refusal: Refusal) -> Reservation {
        let reservation = remove(slot: slot, as: refusal)
        let state = reservation.isBooked ? SeatState.booked : .held(slot: slot)
        for claim in reservation.claims {
            units.move(claim, from: state, to: .free)
        }
        count(-reservation.places, for: reservation.customer)
        return reservation
    }

    /// Takes a reservation out of its slot, its claims staying as they are.
    mutating func remove(slot: Int, as refusal: Refusal) -> Reservation {
        deadlines.remove(slot: slot)
        return reservations.remove(slot: slot, as: refusal)
    }

    mutating func count(_ places: Int, for customer: UniqueID) {
        guard rules.unitsPerCustomer != nil else { return }
        if placesByCustomer.add(Int32(clamping: places), to: customer) == 0 { placesByCustomer[customer] = nil }
    }
}

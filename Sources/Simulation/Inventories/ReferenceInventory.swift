import Inventory

/// What an inventory should do, in the plainest words: dictionaries that are counted anew for each question.
///
/// It shares the vocabulary with `Inventory` and none of its code, and is as slow as it is easy to believe.
struct ReferenceInventory {
    struct Held {
        let customer: UniqueID
        let claims: [UnitIndex: Int]
        let since: Moment
        var deadline: Moment
        var phase = Reservation.Phase.held
        var end: Moment?

        var lapse: Moment? {
            switch phase {
            case .held: deadline
            case .submitted: nil
            case .booked: end
            }
        }
    }

    struct Sale {
        let customer: UniqueID
        let claims: [UnitIndex: Int]
    }

    let layout: Layout
    let rules: Rules
    var held: [UniqueID: Held] = [:]
    /// What is sold for good, by the hold that it was made of.
    var sold: [UniqueID: Sale] = [:]
    var blocked: [UnitIndex: Int] = [:]
    var gone: [UniqueID: (customer: UniqueID, refusal: Refusal)] = [:]

    init(layout: Layout, rules: Rules) {
        self.layout = layout
        self.rules = rules
    }

    func counts(of unit: UnitIndex) -> UnitCounts {
        var (taken, bought) = (0, 0)
        for reservation in held.values {
            if case .booked = reservation.phase {
                bought += reservation.claims[unit, default: 0]
            } else {
                taken += reservation.claims[unit, default: 0]
            }
        }
        for sale in sold.values { bought += sale.claims[unit, default: 0] }
        let off = blocked[unit, default: 0]
        return UnitCounts(free: capacity(of: unit) - taken - bought - off, held: taken, booked: bought, blocked: off)
    }

    func places(of customer: UniqueID) -> Int {
        let claims =
            held.values.filter { $0.customer == customer }.map(\.claims)
            + sold.values.filter { $0.customer == customer }.map(\.claims)
        return claims.flatMap(\.values).reduce(0, +)
    }

    func capacity(of unit: UnitIndex) -> Int { layout.sections[layout.sectionIndex(of: unit)].unitCapacity }

    /// Ends everything that is over.
    mutating func lapse(at now: Moment) {
        for (hold, reservation) in held {
            guard let lapse = reservation.lapse, lapse <= now else { continue }
            held[hold] = nil
            gone[hold] = (reservation.customer, reservation.phase == .held ? .expired : .ended)
        }
    }
}

// MARK: - Commands

extension ReferenceInventory {
    /// What a command comes to: the claims that it is about, or the refusal. Best seats are `chosen` by the inventory;
    /// `BestSeats` judges the choice.
    mutating func apply(
        _ command: Command, at now: Moment, chosen: [UnitIndex: Int]
    ) -> Result<[UnitIndex: Int], Refusal> {
        lapse(at: now)
        return Result { () throws(Refusal) in
            switch command {
            case .hold(let hold, let customer, let selection):
                return try place(hold, customer, selection, at: now, chosen: chosen)
            case .extend(let hold, let customer):
                var reservation = try own(hold, customer)
                let deadline = min(now + rules.holdTime, reservation.since + rules.longestHold)
                guard deadline > reservation.deadline else { throw .cannotExtend(until: reservation.deadline) }
                reservation.deadline = deadline
                held[hold] = reservation
                return reservation.claims
            case .release(let hold, let customer):
                let reservation = try own(hold, customer)
                held[hold] = nil
                gone[hold] = (customer, .released)
                return reservation.claims
            case .submit(let hold, let customer, let booking, let end):
                var reservation = try own(hold, customer)
                if let end, end <= now || end > now + Inventory.longestBooking { throw .invalidDeadline }
                reservation.phase = .submitted(booking: booking)
                reservation.end = end
                held[hold] = reservation
                return reservation.claims
            case .withdraw(let hold):
                return try giveBack(hold, until: Moment(nanoseconds: .min))
            case .fail(let hold, let keepUntil):
                return try giveBack(hold, until: keepUntil)
            case .confirm(let hold):
                return try confirm(hold)
            case .cancel(let hold, let customer, let claims):
                return try cancel(hold, customer, claims)
            case .end(let hold):
                guard let reservation = held[hold], case .booked = reservation.phase else {
                    throw gone[hold]?.refusal == .ended ? .ended : .notBooked
                }
                held[hold] = nil
                gone[hold] = (reservation.customer, .ended)
                return reservation.claims
            }
        }
    }

    private mutating func place(
        _ hold: UniqueID, _ customer: UniqueID, _ selection: Selection, at now: Moment, chosen: [UnitIndex: Int]
    ) throws(Refusal) -> [UnitIndex: Int] {
        if let opens = rules.saleOpens, now < opens { throw .saleNotOpen(until: opens) }
        if let closes = rules.saleCloses, now >= closes { throw .saleClosed }
        let claims: [UnitIndex: Int]
        switch selection {
        case .units(let wanted, _):
            claims = try checked(wanted)
            try checkAllowance(of: customer, for: claims.values.reduce(0, +))
            try checkFree(wanted)
        case .best(let wanted):
            guard (1...rules.unitsPerHold).contains(wanted.quantity) else {
                throw .invalidSeatCount(limit: rules.unitsPerHold)
            }
            try checkAllowance(of: customer, for: wanted.quantity)
            try BestSeats(of: self, wanted).check()
            claims = chosen
        }
        if held[hold] != nil || gone[hold] != nil { throw .duplicateHold }
        held[hold] = Held(customer: customer, claims: claims, since: now, deadline: now + rules.holdTime)
        return claims
    }

    private mutating func giveBack(_ hold: UniqueID, until: Moment) throws(Refusal) -> [UnitIndex: Int] {
        guard var reservation = held[hold], case .submitted = reservation.phase else { throw .notSubmitted }
        reservation.phase = .held
        reservation.end = nil
        reservation.deadline = max(reservation.deadline, until)
        held[hold] = reservation
        return reservation.claims
    }

    private mutating func confirm(_ hold: UniqueID) throws(Refusal) -> [UnitIndex: Int] {
        guard var reservation = held[hold], case .submitted(let booking) = reservation.phase else {
            throw .notSubmitted
        }
        if reservation.end == nil {
            held[hold] = nil
            sold[hold] = Sale(customer: reservation.customer, claims: reservation.claims)
            gone[hold] = (reservation.customer, .booked(booking: booking))
        } else {
            reservation.phase = .booked(booking: booking)
            held[hold] = reservation
        }
        return reservation.claims
    }

    private mutating func cancel(
        _ hold: UniqueID, _ customer: UniqueID, _ claims: UnitClaims
    ) throws(Refusal) -> [UnitIndex: Int] {
        if let reservation = held[hold] {
            guard case .booked = reservation.phase else { throw .notBooked }
            held[hold] = nil
            gone[hold] = (reservation.customer, .ended)
            return reservation.claims
        }
        if gone[hold]?.refusal == .ended { throw .ended }
        guard let sale = sold.removeValue(forKey: hold) else { throw .notBooked }
        gone[hold] = (customer, .ended)
        return sale.claims
    }
}

// MARK: - What can be had

extension ReferenceInventory {
    private func own(_ hold: UniqueID, _ customer: UniqueID) throws(Refusal) -> Held {
        guard let reservation = held[hold], reservation.customer == customer else {
            if let ending = gone[hold], ending.customer == customer { throw ending.refusal }
            throw .unknownHold
        }
        switch reservation.phase {
        case .held: return reservation
        case .submitted(let booking), .booked(let booking): throw .booked(booking: booking)
        }
    }

    private func checked(_ claims: UnitClaims) throws(Refusal) -> [UnitIndex: Int] {
        if claims.isEmpty { throw .noClaims }
        var checked: [UnitIndex: Int] = [:]
        for claim in claims {
            guard claim.unit < layout.unitCount else { throw .unknownUnit(claim.unit) }
            guard claim.quantity >= 1, claim.quantity <= capacity(of: claim.unit) else {
                throw .invalidQuantity(claim.unit, capacity: capacity(of: claim.unit))
            }
        }
        for claim in claims {
            if checked.updateValue(claim.quantity, forKey: claim.unit) != nil { throw .duplicateUnit(claim.unit) }
        }
        guard checked.values.reduce(0, +) <= rules.unitsPerHold else {
            throw .tooManyForHold(limit: rules.unitsPerHold)
        }
        return checked
    }

    private func checkAllowance(of customer: UniqueID, for wanted: Int) throws(Refusal) {
        guard let limit = rules.unitsPerCustomer, places(of: customer) + wanted > limit else { return }
        throw .tooManyForCustomer(limit: limit, taken: places(of: customer))
    }

    private func checkFree(_ claims: UnitClaims) throws(Refusal) {
        var obstacles: [Refusal.UnavailableUnit] = []
        for claim in claims where counts(of: claim.unit).free < claim.quantity {
            let counts = counts(of: claim.unit)
            let isSold = layout.isSeat(claim.unit) && counts.booked == 1
            obstacles.append(
                Refusal.UnavailableUnit(
                    unit: claim.unit, reason: counts.held > 0 ? .held : counts.booked > 0 ? .booked : .blocked,
                    heldUntil: isSold ? nil : firstLapse { $0 == claim.unit }, available: counts.free))
        }
        if !obstacles.isEmpty { throw .unavailable(obstacles) }
    }

    /// The cancellation of a booking that is sold, or was: nothing else would be in a durable record.
    func cancellation(of hold: UniqueID) -> Command? {
        let known =
            sold[hold].map { ($0.customer, $0.claims) } ?? held[hold].map { ($0.customer, $0.claims) }
            ?? (gone[hold]?.refusal == .ended ? gone[hold].map { ($0.customer, [0: 1]) } : nil)
        return known.map { customer, claims in
            .cancel(hold, customer: customer, claims: UnitClaims(claims.sorted { $0.key < $1.key }.map(UnitClaim.init)))
        }
    }

    func firstLapse(ofUnit isMeant: (UnitIndex) -> Bool) -> Moment? {
        held.values.filter { $0.claims.keys.contains(where: isMeant) }.compactMap(\.lapse).min()
    }
}

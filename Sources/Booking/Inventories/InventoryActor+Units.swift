public import Inventory

/// Between the names that customers use and the numbers that the inventory counts by.
extension InventoryActor {
    func selection(of request: HoldRequest) throws(BookingError) -> Selection {
        guard let wanted = request.bestAvailable else {
            return .units(try unitClaims(of: request), accessible: request.isAccessible)
        }
        let section = try wanted.section.map { name throws(BookingError) in
            guard let index = offering.layout.sectionIndex(named: name) else { throw unknownUnit(name) }
            return index
        }
        return .best(
            BestAvailable(
                quantity: wanted.quantity, section: section, priceMinor: wanted.priceMinor,
                isAdjacent: wanted.isAdjacent, isAccessible: wanted.isAccessible))
    }

    func unitClaims(of request: HoldRequest) throws(BookingError) -> UnitClaims {
        let layout = offering.layout
        var claims = UnitClaims()
        for seat in request.seats {
            guard let unit = layout.seat(named: seat) else { throw unknownUnit(seat) }
            claims.append(UnitClaim(unit: unit, quantity: 1))
        }
        for general in request.general {
            guard let unit = layout.countedUnit(named: general.section) else { throw unknownUnit(general.section) }
            claims.append(UnitClaim(unit: unit, quantity: general.quantity))
        }
        return claims
    }

    func unitClaims(of claims: [Claim]) throws(BookingError) -> UnitClaims {
        var unitClaims = UnitClaims()
        for claim in claims {
            guard let unit = offering.layout.unit(named: claim.unit) else { throw unknownUnit(claim.unit) }
            unitClaims.append(UnitClaim(unit: unit, quantity: claim.quantity))
        }
        return unitClaims
    }

    func claims(_ reservation: Reservation) -> [Claim] {
        claims(of: reservation.claims)
    }

    func claims(of places: UnitClaims) -> [Claim] {
        let layout = offering.layout
        return places.map { claim in
            let section = layout.sections[layout.sectionIndex(of: claim.unit)]
            return Claim(
                unit: layout.name(of: claim.unit), quantity: claim.quantity, priceMinor: section.priceMinor,
                unitCapacity: section.unitCapacity)
        }
    }

    nonisolated func unknownUnit(_ name: String) -> BookingError {
        let shown = name.count <= 60 ? name : name.prefix(60) + "…"
        return BookingError(.unknownUnit, "The event has no seat or section \"\(shown)\".")
    }
}

extension SeatMap.Status {
    /// What a seat with these counts is; of a unit with several places, whether one is left.
    public init(_ counts: UnitCounts) {
        if counts.free > 0 {
            self = .available
        } else if counts.held > 0 {
            self = .held
        } else {
            self = counts.booked > 0 ? .booked : .blocked
        }
    }

    init(_ reason: Refusal.UnavailableUnit.Reason) {
        switch reason {
        case .held: self = .held
        case .booked: self = .booked
        case .blocked: self = .blocked
        }
    }
}

import Inventory

/// A small venue and short words for what happens in it.
struct Venue {
    static let layout = makeLayout()

    private static func makeLayout() -> Layout {
        do {
            return try Layout(sections: [
                .init(name: "STALLS", kind: .seated(rows: 3, seatsPerRow: 4), priceMinor: 8_500),
                .init(name: "FLOOR", kind: .general(capacity: 5), priceMinor: 4_500),
                .init(name: "BALCONY", kind: .seated(rows: 1, seatsPerRow: 2), priceMinor: 6_000),
            ])
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Holds last a minute and, extended, two at most.
    var inventory = Inventory(
        layout: layout, rules: Rules(holdTime: .seconds(60), longestHold: .seconds(120), unitsPerHold: 20))

    static func id(_ number: UInt64) -> UniqueID { UniqueID(high: 0, low: number) }

    static func seats(_ names: String...) -> UnitClaims {
        UnitClaims(names.map { UnitClaim(unit: layout.seat(named: $0)!, quantity: 1) })
    }

    static func floor(_ quantity: Int) -> UnitClaims {
        [UnitClaim(unit: layout.countedUnit(named: "FLOOR")!, quantity: quantity)]
    }

    static func second(_ number: Int64) -> Moment { Moment(nanoseconds: number * 1_000_000_000) }

    @discardableResult
    mutating func hold(
        _ hold: UInt64, _ claims: UnitClaims, by customer: UInt64 = 1, at now: Int64 = 0
    ) -> Decision<Reservation> {
        apply(.hold(Self.id(hold), customer: Self.id(customer), .units(claims)), at: now)
    }

    @discardableResult
    mutating func submit(
        _ hold: UInt64, as booking: UInt64, by customer: UInt64 = 1, at now: Int64 = 0, end: Int64? = nil
    ) -> Decision<Reservation> {
        apply(
            .submit(
                Self.id(hold), customer: Self.id(customer), booking: Self.id(booking), end: end.map(Self.second)),
            at: now)
    }

    @discardableResult
    mutating func release(_ hold: UInt64, by customer: UInt64 = 1, at now: Int64 = 0) -> Decision<Reservation> {
        apply(.release(Self.id(hold), customer: Self.id(customer)), at: now)
    }

    @discardableResult
    mutating func extend(_ hold: UInt64, by customer: UInt64 = 1, at now: Int64 = 0) -> Decision<Reservation> {
        apply(.extend(Self.id(hold), customer: Self.id(customer)), at: now)
    }

    /// Has a hold bought, from hold to sale.
    mutating func sell(
        _ hold: UInt64, _ claims: UnitClaims, by customer: UInt64 = 1, at now: Int64 = 0, end: Int64? = nil
    ) {
        self.hold(hold, claims, by: customer, at: now)
        submit(hold, as: hold + 1_000, by: customer, at: now, end: end)
        apply(.confirm(Self.id(hold)), at: now)
    }

    @discardableResult
    mutating func apply(_ command: Command, at now: Int64 = 0) -> Decision<Reservation> {
        inventory.apply(command, at: Self.second(now))
    }

    mutating func expire(at now: Int64, limit: Int = 10) -> [UniqueID] {
        inventory.expire(at: Self.second(now), limit: limit).lapsed.map(\.hold)
    }

    /// Free, held and booked.
    func counts(_ section: String) -> [Int] {
        let counts = inventory.counts(ofSection: Self.layout.sectionIndex(named: section)!)
        return [counts.free, counts.held, counts.booked]
    }

    func counts(ofSeat seat: String) -> UnitCounts {
        inventory.counts(of: Self.layout.seat(named: seat)!)
    }
}

extension Decision {
    var refusal: Refusal? { if case .failure(let refusal) = outcome { refusal } else { nil } }

    var unavailable: [Refusal.UnavailableUnit] {
        if case .unavailable(let units) = refusal { units } else { [] }
    }
}

extension UnitCounts {
    static let freeSeat = UnitCounts(free: 1, held: 0, booked: 0, blocked: 0)
    static let heldSeat = UnitCounts(free: 0, held: 1, booked: 0, blocked: 0)
    static let bookedSeat = UnitCounts(free: 0, held: 0, booked: 1, blocked: 0)
    static let blockedSeat = UnitCounts(free: 0, held: 0, booked: 0, blocked: 1)
}

extension UnitClaims {
    static func + (left: Self, right: Self) -> Self { Self(Array(left) + Array(right)) }
}

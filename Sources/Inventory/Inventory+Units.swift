/// What a seat is, in 32 bits: free, sold, or held by the reservation in a slot.
struct UnitState: Hashable, Sendable {
    enum Decoded: Hashable {
        case free
        case held(slot: Int)
        case booked
    }

    static let free = UnitState(code: 0)
    static let booked = UnitState(code: .max)

    private let code: UInt32

    private init(code: UInt32) { self.code = code }

    static func held(slot: Int) -> UnitState {
        precondition(slot < Int(UInt32.max) - 1, "more reservations than a unit can name")
        return UnitState(code: UInt32(slot) + 1)
    }

    var decoded: Decoded {
        switch code {
        case 0: .free
        case .max: .booked
        default: .held(slot: Int(code) - 1)
        }
    }
}

/// How many places of a section are held and sold; the rest are free.
struct Tally: Hashable, Sendable {
    var held = 0
    var booked = 0

    func free(of capacity: Int) -> Int { capacity - held - booked }
}

extension Inventory {
    func isSeat(_ unit: UnitIndex) -> Bool {
        if case .seated = layout.sections[layout.sectionIndex(of: unit)].kind { true } else { false }
    }

    /// Refuses claims that no state of the inventory could grant.
    func check(_ claims: [UnitClaim]) throws(Refusal) {
        guard !claims.isEmpty else { throw .noClaims }
        let units = claims.map(\.unit).sorted()
        for (unit, next) in zip(units, units.dropFirst()) where unit == next {
            throw .duplicateUnit(unit)
        }
        for claim in claims {
            precondition(claim.unit < layout.unitCount, "units come from the layout")
            let capacity = isSeat(claim.unit) ? 1 : layout.sections[layout.sectionIndex(of: claim.unit)].capacity
            guard (1...capacity).contains(claim.quantity) else {
                throw .invalidQuantity(claim.unit, capacity: capacity)
            }
        }
    }

    /// Moves places from one state to another. A general section's places are only counted.
    mutating func move(_ claim: UnitClaim, from old: UnitState, to new: UnitState) {
        let section = layout.sectionIndex(of: claim.unit)
        if case .seated = layout.sections[section].kind {
            precondition(units[Int(claim.unit)] == old, "a seat moves from the state that it is in")
            units[Int(claim.unit)] = new
        }
        tallies[section].add(-claim.quantity, to: old)
        tallies[section].add(claim.quantity, to: new)
        precondition(
            tallies[section].held >= 0 && tallies[section].booked >= 0
                && tallies[section].free(of: layout.sections[section].capacity) >= 0,
            "free + held + booked = capacity, none of them negative")
    }
}

extension Tally {
    fileprivate mutating func add(_ quantity: Int, to state: UnitState) {
        switch state.decoded {
        case .free: break
        case .held: held += quantity
        case .booked: booked += quantity
        }
    }
}

// MARK: - Reading

extension Inventory {
    /// What a unit is to those who look at it.
    public enum UnitStatus: Hashable, Sendable {
        case free, held, booked
    }

    /// The places of one section that are free, held and booked; they add up to its capacity.
    public struct SectionCounts: Hashable, Sendable {
        /// Places that a hold can take.
        public let free: Int
        /// Places held, or being paid for.
        public let held: Int
        /// Places sold.
        public let booked: Int
    }

    /// Counts a section; O(1).
    public func counts(ofSection index: Int) -> SectionCounts {
        let tally = tallies[index]
        return SectionCounts(
            free: tally.free(of: layout.sections[index].capacity), held: tally.held, booked: tally.booked)
    }

    /// A seat's status; O(1).
    public func status(ofSeat unit: UnitIndex) -> UnitStatus {
        switch units[Int(unit)].decoded {
        case .free: .free
        case .held: .held
        case .booked: .booked
        }
    }
}

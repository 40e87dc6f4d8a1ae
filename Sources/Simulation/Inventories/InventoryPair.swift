import Inventory

/// An inventory and its reference, which must agree after each command.
struct InventoryPair {
    /// What the two do not agree on.
    struct Disagreement: Error, CustomStringConvertible {
        /// The promise that a customer would see broken.
        let promise: BrokenPromise
        let description: String
    }

    private(set) var inventory: Inventory
    private(set) var reference: ReferenceInventory
    /// What a reader knows who followed all changes from the beginning.
    private var followed: [UnitIndex: UnitCounts] = [:]
    private var followedVersion: UInt64 = 0

    init(layout: Layout, rules: Rules) {
        inventory = Inventory(layout: layout, rules: rules)
        reference = ReferenceInventory(layout: layout, rules: rules)
        for unit in 0..<UnitIndex(layout.unitCount) { followed[unit] = inventory.counts(of: unit) }
    }

    /// Gives a command to both.
    ///
    /// - Parameter isSwept: Whether the inventory then ends all that is over, so that everything can be compared; without
    ///   that it must take what is over for what it is.
    /// - Returns: Whether it was accepted.
    mutating func apply(_ command: Command, at now: Moment, isSwept: Bool = true) throws(Disagreement) -> Bool {
        let decision = inventory.apply(command, at: now)
        let chosen = (try? decision.get()).map(Self.claims) ?? [:]
        let best: BestSeats?
        if case .hold(_, _, .best(let wanted)) = command {
            reference.lapse(at: now)
            best = BestSeats(of: reference, wanted)
        } else {
            best = nil
        }
        let expected = reference.apply(command, at: now, chosen: chosen)
        switch (decision.outcome, expected) {
        case (.success(let reservation), .success(let claims)):
            if Self.claims(reservation) != claims {
                throw .init(promise: .i1, description: "claims \(chosen), not \(claims)")
            }
            if let objection = best?.objection(to: chosen) { throw .init(promise: .i6, description: objection) }
            try compare(reservation)
        case (.failure(let refusal), .failure(let other)) where refusal == other:
            break
        default:
            throw Disagreement(promise: .i6, description: "\(decision.outcome) instead of \(expected)")
        }
        try follow(decision.changes)
        if isSwept { try compare(at: now) }
        if case .success = expected { return true }
        return false
    }

    /// Takes places off sale in both, or puts them back.
    mutating func block(_ claim: UnitClaim, isBlocked: Bool, at now: Moment) throws(Disagreement) {
        reference.lapse(at: now)
        let counts = reference.counts(of: claim.unit)
        let isPossible = claim.quantity <= (isBlocked ? counts.free : counts.blocked)
        let decision = isBlocked ? inventory.block([claim], at: now) : inventory.unblock([claim])
        var isDone = false
        if case .success = decision.outcome { isDone = true }
        guard isDone == isPossible else {
            throw Disagreement(promise: .i3, description: "blocking \(claim): \(decision.outcome)")
        }
        if isDone { reference.blocked[claim.unit, default: 0] += isBlocked ? claim.quantity : -claim.quantity }
        try follow(decision.changes)
        try compare(at: now)
    }

    private static func claims(_ reservation: Reservation) -> [UnitIndex: Int] {
        Dictionary(reservation.claims.map { ($0.unit, $0.quantity) }, uniquingKeysWith: +)
    }

    private func compare(_ reservation: Reservation) throws(Disagreement) {
        guard let held = reference.held[reservation.hold] else { return }
        guard held.phase == reservation.phase, held.end == reservation.end,
            held.phase != .held || held.deadline == reservation.deadline
        else { throw Disagreement(promise: .i6, description: "\(reservation) instead of \(held)") }
    }

    private mutating func follow(_ changes: Changes) throws(Disagreement) {
        guard changes.version == followedVersion + (changes.units.isEmpty ? 0 : 1),
            changes.version == inventory.version
        else { throw Disagreement(promise: .i3, description: "version \(changes.version) follows \(followedVersion)") }
        followedVersion = changes.version
        for change in changes.units { followed[change.unit] = change.counts }
    }

    private mutating func compare(at now: Moment) throws(Disagreement) {
        reference.lapse(at: now)
        try follow(inventory.expire(at: now, limit: .max).changes)
        let layout = inventory.layout
        for unit in 0..<UnitIndex(layout.unitCount) {
            let (counts, expected) = (inventory.counts(of: unit), reference.counts(of: unit))
            guard counts == expected, followed[unit] == expected else {
                throw Disagreement(
                    promise: .i3,
                    description:
                        "\(layout.name(of: unit)): \(counts) instead of \(expected), followed \(followed[unit]!)")
            }
        }
        if reference.rules.unitsPerCustomer != nil {
            for customer in Set(reference.held.values.map(\.customer) + reference.sold.values.map(\.customer))
            where inventory.places(of: customer) != reference.places(of: customer) {
                throw Disagreement(
                    promise: .i3, description: "\(customer) has \(inventory.places(of: customer)) places")
            }
        }
        guard inventory.nextDeadline == reference.held.values.compactMap(\.lapse).min() else {
            throw Disagreement(
                promise: .i6, description: "the next deadline is \(String(describing: inventory.nextDeadline))")
        }
    }
}

import Inventory
import Randomness

/// Commands for an inventory alone, made of a seed: every kind of section and of command, and moments at which holds are
/// just over.
struct InventorySchedule {
    enum Line: Hashable, Sendable {
        /// A command; and whether all that is over is then ended, so that everything can be compared.
        case command(Command, at: Moment, isSwept: Bool)
        /// Places go off sale, or back.
        case block(UnitClaim, isBlocked: Bool, at: Moment)
    }

    private(set) var lines: [Line] = []
    private var random: SeededRandom
    private var pair: InventoryPair
    private var now: Int64 = 0
    private var holds: [(id: UniqueID, customer: UniqueID)] = []

    init(seed: UInt64, count: Int) {
        random = SeededRandom(seed: seed)
        pair = Self.pair(seed: seed)
        for _ in 0..<count {
            let line = nextLine()
            lines.append(line)
            // The next command asks for what this one has left. Where the two disagree the schedule has done its work.
            guard (try? pair.apply(line)) != nil else { break }
        }
    }

    /// What a list of lines breaks.
    static func violation(of lines: [Line], seed: UInt64, plant: Plant?) -> Violation? {
        var pair = pair(seed: seed)
        for (index, line) in lines.enumerated() {
            do {
                try pair.apply(line, plant: plant)
            } catch {
                return Violation(promise: error.promise, message: error.description, step: index + 1)
            }
        }
        return nil
    }

    private static func pair(seed: UInt64) -> InventoryPair {
        InventoryPair(
            layout: layout,
            rules: Rules(
                holdTime: .seconds(10), longestHold: .seconds(25), unitsPerHold: 6,
                unitsPerCustomer: seed.isMultiple(of: 2) ? 8 : nil,
                saleCloses: seed.isMultiple(of: 5) ? Moment(nanoseconds: 300_000_000_000) : nil))
    }

    private static let layout: Layout = {
        do {
            return try Layout(sections: [
                .init(
                    name: "A", kind: .seated(rows: 3, seatsPerRow: 5), priceMinor: 100,
                    focalPoint: .init(row: 2, seat: 4)),
                .init(name: "G", kind: .general(capacity: 6), priceMinor: 50),
                .init(name: "B", kind: .seated(rows: 1, seatsPerRow: 4), priceMinor: 200),
                .init(name: "T", kind: .slots(count: 3, capacity: 2), priceMinor: 10),
            ])
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}

// MARK: - Making lines

extension InventorySchedule {
    private mutating func nextLine() -> Line {
        now += Int64(random.below(3)) * 1_000_000_000
        let moment = Moment(nanoseconds: now)
        if random.once(in: 10) {
            let unit = UnitIndex(random.below(Self.layout.unitCount))
            return .block(UnitClaim(unit: unit, quantity: 1), isBlocked: random.once(in: 2), at: moment)
        }
        return .command(nextCommand(), at: moment, isSwept: !random.once(in: 3))
    }

    /// Mostly what a customer would do next, sometimes anything.
    private mutating func nextCommand() -> Command {
        guard !random.once(in: 4), let last = holds.last else { return hold() }
        let (id, owner) = random.once(in: 3) ? random.pick(holds) : last
        guard !random.once(in: 3) else { return anything(id, owner: owner) }
        switch pair.reference.held[id]?.phase {
        case .held:
            let end = random.once(in: 4) ? Moment(nanoseconds: now + Int64(random.below(40)) * 1_000_000_000) : nil
            return .submit(id, customer: owner, booking: id, end: end)
        case .submitted:
            return .confirm(id)
        case .booked, nil:
            return random.once(in: 3) ? pair.reference.cancellation(of: id) ?? hold() : hold()
        }
    }

    private mutating func anything(_ id: UniqueID, owner: UniqueID) -> Command {
        let customer = random.once(in: 6) ? self.customer() : owner
        switch random.below(8) {
        case 0: return .extend(id, customer: customer)
        case 1: return .release(id, customer: customer)
        case 2: return .submit(id, customer: customer, booking: id, end: Moment(nanoseconds: now))
        case 3: return .confirm(id)
        case 4: return .fail(id, keepUntil: Moment(nanoseconds: now + 6_000_000_000))
        case 5: return .withdraw(id)
        case 6: return .end(id)
        default:
            let sold = pair.reference.sold.keys.sorted()
            return pair.reference.cancellation(of: sold.isEmpty ? id : random.pick(sold)) ?? .confirm(id)
        }
    }

    private mutating func hold() -> Command {
        let id = random.once(in: 20) && !holds.isEmpty ? random.pick(holds).id : UniqueID(high: 1, low: random.next())
        let customer = customer()
        holds.append((id, customer))
        if random.once(in: 3) {
            let wanted = BestAvailable(
                quantity: random.below(8), section: random.once(in: 2) ? random.pick([0, 2]) : nil,
                priceMinor: random.once(in: 4) ? 0...150 : nil, isAdjacent: random.once(in: 2))
            return .hold(id, customer: customer, .best(wanted))
        }
        let claims = (0..<random.below(4)).map { _ -> UnitClaim in
            // Units of a capacity above 1 more often than their number says, and such as are not there.
            let unit = random.once(in: 2) ? 15 : random.below(Self.layout.unitCount + 2)
            return UnitClaim(unit: UnitIndex(unit), quantity: random.once(in: 8) ? random.below(9) : 1)
        }
        return .hold(id, customer: customer, .units(UnitClaims(claims)))
    }

    private mutating func customer() -> UniqueID { UniqueID(high: 2, low: UInt64(random.below(3))) }
}

// MARK: - Carrying lines out

extension InventoryPair {
    fileprivate mutating func apply(_ line: InventorySchedule.Line, plant: Plant? = nil) throws(Disagreement) {
        switch line {
        case .block(let claim, let isBlocked, let now):
            try block(claim, isBlocked: isBlocked, at: now)
        case .command(let command, let now, let isSwept):
            guard case .cancel(let hold, let customer, let claims) = command else {
                _ = try apply(command, at: now, isSwept: isSwept)
                return
            }
            // Without the sale, which a shorter schedule may have left out, nothing would be cancelled.
            guard reference.cancellation(of: hold) == command else { return }
            let isDone = try apply(command, at: now, isSwept: isSwept)
            if plant == .doubleCapacityReturn, isDone {
                let another = UniqueID(high: ~hold.high, low: hold.low)
                _ = try apply(.cancel(another, customer: customer, claims: claims), at: now)
            }
        }
    }
}

extension InventorySchedule.Line: CustomStringConvertible {
    var description: String {
        switch self {
        case .command(let command, let now, _): "\(now.nanoseconds / 1_000_000_000) s: \(command)"
        case .block(let claim, let isBlocked, let now):
            "\(now.nanoseconds / 1_000_000_000) s: \(isBlocked ? "block" : "unblock") \(claim)"
        }
    }
}

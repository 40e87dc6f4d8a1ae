import Inventory

/// Tries all sequences of commands up to a length on a tiny inventory: two seats and a general section of two places, two
/// customers.
///
/// A command that is refused changes nothing, so the sequences that go on from it are those that go on without it. Unless
/// told otherwise, the walk tries it in each state and leaves it in the inventory's past, but does not branch on it: every
/// state that a sequence can reach is reached, and every command is tried there, a thousand times sooner.
public struct ExhaustiveWalk {
    private static let alphabet: [Command] = {
        func id(_ number: UInt64) -> UniqueID { UniqueID(high: 0, low: number) }
        let (first, second, general) = (UnitClaim(unit: 0, quantity: 1), UnitClaim(unit: 1, quantity: 1), UnitIndex(2))
        return [
            .hold(id(1), customer: id(11), .units([first])),
            .hold(id(1), customer: id(11), .units([first, UnitClaim(unit: general, quantity: 2)])),
            .hold(id(2), customer: id(12), .units([second, UnitClaim(unit: general, quantity: 1)])),
            .hold(id(2), customer: id(12), .best(BestAvailable(quantity: 2))),
            .extend(id(1), customer: id(11)),
            .release(id(1), customer: id(11)),
            .release(id(2), customer: id(11)),
            .submit(id(1), customer: id(11), booking: id(21)),
            .submit(id(2), customer: id(12), booking: id(22), end: Moment(nanoseconds: 25)),
            .confirm(id(1)),
            .confirm(id(2)),
            .fail(id(1), keepUntil: Moment(nanoseconds: 18)),
            .withdraw(id(2)),
            .end(id(2)),
        ]
    }()

    /// Commands that were given, all sequences together.
    public private(set) var commands = 0
    private let branchesOnRefused: Bool

    /// Tries all sequences.
    ///
    /// - Parameters:
    ///   - length: Commands and steps of time in a sequence.
    ///   - branchesOnRefused: Whether to go on from refused commands too, sequence by sequence.
    /// - Throws: The first disagreement with the reference, with the sequence that leads to it.
    public init(length: Int, branchesOnRefused: Bool = false) throws {
        self.branchesOnRefused = branchesOnRefused
        let layout = try Layout(sections: [
            .init(name: "S", kind: .seated(rows: 1, seatsPerRow: 2), priceMinor: 1),
            .init(name: "G", kind: .general(capacity: 2), priceMinor: 1),
        ])
        let rules = Rules(holdTime: .seconds(1), longestHold: .seconds(2), unitsPerHold: 4, unitsPerCustomer: 3)
        try walk(InventoryPair(layout: layout, rules: rules), past: [], now: 0, left: length)
    }

    private mutating func walk(_ pair: InventoryPair, past: [String], now: Int64, left: Int) throws {
        guard left > 0 else { return }
        var pair = pair
        let cancellation = pair.reference.cancellation(of: UniqueID(high: 0, low: 1))
        for command in Self.alphabet + (cancellation.map { [$0] } ?? []) {
            var next = pair
            if try apply(command, to: &next, past: past, now: now) || branchesOnRefused {
                try walk(next, past: past + ["\(command)"], now: now, left: left - 1)
            } else {
                pair = next
            }
        }
        // Half a hold time goes by.
        try walk(pair, past: past + ["wait"], now: now + 500_000_000, left: left - 1)
    }

    private mutating func apply(
        _ command: Command, to pair: inout InventoryPair, past: [String], now: Int64
    ) throws -> Bool {
        commands += 1
        do {
            return try pair.apply(command, at: Moment(nanoseconds: now))
        } catch {
            throw InventoryPair.Disagreement(
                description: "\(error)\n  after \((past + ["\(command)"]).joined(separator: "\n        "))")
        }
    }
}

/// Gives seeded commands to a small inventory of every kind of section, and compares it with its reference after each.
public struct RandomWalk {
    /// A bug in whoever owns the inventory, that a walk must find.
    public enum Mistake: Sendable {
        /// Each cancellation is carried out twice, the second one under another booking's name.
        case cancelsTwice
    }

    private var random: SeededRandom
    private var pair: InventoryPair
    private var now: Int64 = 0
    private var holds: [(id: UniqueID, customer: UniqueID)] = []

    /// Walks from a seed.
    ///
    /// - Throws: The first disagreement, with its step.
    public init(seed: UInt64, steps: Int, mistake: Mistake? = nil) throws {
        random = SeededRandom(seed: seed)
        pair = InventoryPair(
            layout: try Layout(sections: [
                .init(
                    name: "A", kind: .seated(rows: 3, seatsPerRow: 5), priceMinor: 100,
                    focalPoint: .init(row: 2, seat: 4)),
                .init(name: "G", kind: .general(capacity: 6), priceMinor: 50),
                .init(name: "B", kind: .seated(rows: 1, seatsPerRow: 4), priceMinor: 200),
                .init(name: "T", kind: .slots(count: 3, capacity: 2), priceMinor: 10),
            ]),
            rules: Rules(
                holdTime: .seconds(10), longestHold: .seconds(25), unitsPerHold: 6,
                unitsPerCustomer: random.once(in: 2) ? 8 : nil,
                saleCloses: random.once(in: 4) ? Moment(nanoseconds: 300_000_000_000) : nil))
        for step in 0..<steps {
            do {
                try takeStep(mistake)
            } catch {
                throw InventoryPair.Disagreement(description: "seed \(seed), step \(step): \(error)")
            }
        }
    }

    private mutating func takeStep(_ mistake: Mistake?) throws {
        now += Int64(random.below(3)) * 1_000_000_000
        let moment = Moment(nanoseconds: now)
        if random.once(in: 10) {
            let claim = UnitClaim(unit: UnitIndex(random.below(26)), quantity: 1)
            if claim.unit < 23 { try pair.block(claim, isBlocked: random.once(in: 2), at: moment) }
            return
        }
        let command = nextCommand()
        let isDone = try pair.apply(command, at: moment, isSwept: !random.once(in: 3))
        if mistake == .cancelsTwice, isDone, case .cancel(_, let customer, let claims) = command {
            let another = UniqueID(high: 9, low: random.next())
            _ = try pair.apply(.cancel(another, customer: customer, claims: claims), at: moment)
        }
    }

    private mutating func nextCommand() -> Command {
        let kind = random.below(16)
        guard kind >= 5, let last = holds.last else { return hold() }
        let (id, owner) = random.once(in: 4) ? random.pick(holds) : last
        let customer = random.once(in: 12) ? self.customer() : owner
        let end = random.once(in: 3) ? Moment(nanoseconds: now + Int64(random.below(40)) * 1_000_000_000) : nil
        switch kind {
        case 5: return .extend(id, customer: customer)
        case 6: return .release(id, customer: customer)
        case 7, 8, 9: return .submit(id, customer: customer, booking: id, end: end)
        case 10, 11, 12: return .confirm(id)
        case 13: return .fail(id, keepUntil: Moment(nanoseconds: now + 6_000_000_000))
        case 14: return random.once(in: 2) ? .withdraw(id) : .end(id)
        default:
            let sold = pair.reference.sold.keys.sorted()
            let booking = sold.isEmpty || random.once(in: 3) ? id : random.pick(sold)
            return pair.reference.cancellation(of: booking) ?? .confirm(booking)
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
        let claims = (0..<random.below(4)).map { _ in
            UnitClaim(unit: UnitIndex(random.below(26)), quantity: random.once(in: 8) ? random.below(9) : 1)
        }
        return .hold(id, customer: customer, .units(claims))
    }

    private mutating func customer() -> UniqueID { UniqueID(high: 2, low: UInt64(random.below(3))) }
}

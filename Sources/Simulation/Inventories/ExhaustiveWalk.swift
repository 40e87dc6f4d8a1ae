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
                promise: error.promise,
                description: "\(error)\n  after \((past + ["\(command)"]).joined(separator: "\n        "))")
        }
    }
}

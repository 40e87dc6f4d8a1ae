import Inventory

/// What the hold store has yet to be told of one inventory. Part of its owner's state.
struct HoldBacklog {
    /// Ends that are remembered at most; the rest ends in the store by itself, at its deadline.
    private static let endLimit = 10_000

    /// Whether the store refuses the writes of an older epoch.
    private var isFenced: Bool
    /// Live holds that the store may not have, or not as they are.
    private(set) var holds: Set<UniqueID> = []
    /// Holds that are over and that the store may still have, with their deadlines.
    private(set) var ends: [UniqueID: Moment] = [:]
    /// How often the store has lost its data: a write from before that says nothing any more.
    private(set) var losses = 0

    /// - Parameter isFenced: False of an inventory that began without the store.
    init(isFenced: Bool) {
        self.isFenced = isFenced
    }

    var isEmpty: Bool { isFenced && holds.isEmpty && ends.isEmpty }

    /// The store has lost its data; `live` were in it.
    mutating func lost(_ live: some Sequence<UniqueID>) {
        losses += 1
        isFenced = false
        holds.formUnion(live)
    }

    mutating func notWritten(_ hold: UniqueID) {
        holds.insert(hold)
    }

    /// The store has these holds as they are now.
    ///
    /// - Parameter losses: How many there had been when the write began.
    mutating func written(_ written: some Sequence<UniqueID>, losses: Int) {
        guard losses == self.losses else { return }
        isFenced = true
        if !holds.isEmpty { holds.subtract(written) }
    }

    /// These holds are over, so nobody needs to remember them.
    mutating func ended(_ ended: some Sequence<UniqueID>) {
        if !holds.isEmpty { holds.subtract(ended) }
    }

    mutating func notRemoved(_ hold: UniqueID, deadline: Moment) {
        if ends.count < Self.endLimit { ends[hold] = deadline }
    }

    mutating func removed(_ hold: UniqueID) {
        ends[hold] = nil
    }
}

/// A small number for each of many ids: a hash table with linear probing (Knuth, The Art of Computer Programming,
/// volume 3, section 6.4, algorithms L and R).
///
/// Three times as fast as a dictionary, whose hashing took most of a hold's time. The ids' own random bits serve as the
/// hash, so ids must not be chosen by customers: holds' ids are made here, customers' ids come from signed tokens.
struct IDTable: Sendable {
    private struct Entry: Sendable {
        var id: UniqueID
        var value: Int32
    }

    private static let vacant = Entry(id: UniqueID(high: 0, low: 0), value: .min)

    private var entries: [Entry] = []
    private var count = 0
    /// How far a 64-bit hash is shifted to give a position: 64 less the bits of a position.
    private var shift: UInt64 = 64

    /// The value of an id, which is never `Int32.min`; setting nil forgets the id.
    subscript(id: UniqueID) -> Int32? {
        get {
            guard count > 0 else { return nil }
            let value = entries[position(of: id)].value
            return value == Self.vacant.value ? nil : value
        }
        set {
            if let newValue { set(newValue, for: id) } else { remove(id) }
        }
    }

    /// Adds to the value of an id, which counts as zero when it is not there, and returns the sum.
    mutating func add(_ difference: Int32, to id: UniqueID) -> Int32 {
        makeRoom()
        let position = position(of: id)
        let value = entries[position].value
        let isNew = value == Self.vacant.value
        let sum = Int32(clamping: (isNew ? 0 : Int(value)) + Int(difference))
        entries[position] = Entry(id: id, value: sum)
        if isNew { count += 1 }
        return sum
    }

    /// Sets the value of an id that has none yet; false when it has one, which stays.
    mutating func insert(_ value: Int32, for id: UniqueID) -> Bool {
        makeRoom()
        let position = position(of: id)
        guard entries[position].value == Self.vacant.value else { return false }
        entries[position] = Entry(id: id, value: value)
        count += 1
        return true
    }

    private mutating func set(_ value: Int32, for id: UniqueID) {
        guard !insert(value, for: id) else { return }
        entries[position(of: id)].value = value
    }

    /// Closes the gap that a removed entry leaves, so that no probe stops too early and no tombstone stays.
    private mutating func remove(_ id: UniqueID) {
        guard count > 0 else { return }
        var gap = position(of: id)
        guard entries[gap].value != Self.vacant.value else { return }
        count -= 1
        var next = gap
        while true {
            next = (next + 1) & mask
            guard entries[next].value != Self.vacant.value else { break }
            let home = home(of: entries[next].id)
            // An entry may move back unless that would put it before its home.
            if (next &- home) & mask >= (next &- gap) & mask {
                entries[gap] = entries[next]
                gap = next
            }
        }
        entries[gap] = Self.vacant
    }

    /// Keeps a quarter of the entries vacant, so that probes stay short.
    private mutating func makeRoom() {
        if 4 * (count + 1) > 3 * entries.count { grow() }
    }

    private mutating func grow() {
        let old = entries
        let capacity = max(16, old.count * 2)
        shift = UInt64(64 - capacity.trailingZeroBitCount)
        entries = Array(repeating: Self.vacant, count: capacity)
        for entry in old where entry.value != Self.vacant.value {
            entries[position(of: entry.id)] = entry
        }
    }

    private var mask: Int { entries.count - 1 }

    /// Where an id is, or would be.
    private func position(of id: UniqueID) -> Int {
        var position = home(of: id)
        while entries[position].value != Self.vacant.value, entries[position].id != id {
            position = (position + 1) & mask
        }
        return position
    }

    private func home(of id: UniqueID) -> Int { Int(truncatingIfNeeded: id.hash >> shift) }
}

extension UniqueID {
    /// Fibonacci hashing (Knuth, the same section): the upper bits depend on all bits of the id.
    var hash: UInt64 { (high ^ low) &* 0x9E37_79B9_7F4A_7C15 }
}

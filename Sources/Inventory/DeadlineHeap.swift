/// The moments at which an inventory's reservations are over, the earliest first.
///
/// A binary heap that knows where each slot's deadline lies, so that both inserting and cancelling cost O(log n) and a
/// cancelled deadline leaves nothing behind.
struct DeadlineHeap: Sendable {
    private struct Entry: Sendable {
        let deadline: Moment
        let slot: Int32
    }

    private static let absent: Int32 = -1

    private var entries: [Entry] = []
    /// Each slot's place in `entries`. Slots are small numbers that are used again.
    private var positions: [Int32] = []

    var earliest: (deadline: Moment, slot: Int)? {
        entries.first.map { ($0.deadline, Int($0.slot)) }
    }

    /// The earliest deadline whose slot meets a condition, among the `limit` earliest.
    ///
    /// Complexity: O(limit²), which bounds what a refusal can cost.
    func earliest(among limit: Int, where condition: (_ slot: Int) -> Bool) -> Moment? {
        var frontier = entries.isEmpty ? [] : [0]
        for _ in 0..<limit {
            guard let next = frontier.indices.min(by: { isEarlier(frontier[$0], frontier[$1]) }) else { return nil }
            let position = frontier.remove(at: next)
            if condition(Int(entries[position].slot)) { return entries[position].deadline }
            frontier += [2 * position + 1, 2 * position + 2].filter { $0 < entries.count }
        }
        return nil
    }

    mutating func insert(_ deadline: Moment, slot: Int) {
        while positions.count <= slot { positions.append(Self.absent) }
        precondition(positions[slot] == Self.absent, "a slot has one deadline")
        entries.append(Entry(deadline: deadline, slot: Int32(slot)))
        positions[slot] = Int32(entries.count - 1)
        siftUp(entries.count - 1)
    }

    mutating func remove(slot: Int) {
        guard slot < positions.count, positions[slot] != Self.absent else { return }
        let position = Int(positions[slot])
        positions[slot] = Self.absent
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[Int(last.slot)] = Int32(position)
        siftDown(position)
        siftUp(position)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isEarlier(child, parent) else { return }
            swap(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < entries.count && isEarlier(child, least) {
                least = child
            }
            guard least != parent else { return }
            swap(parent, least)
            parent = least
        }
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool { entries[left].deadline < entries[right].deadline }

    private mutating func swap(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        positions[Int(entries[left].slot)] = Int32(left)
        positions[Int(entries[right].slot)] = Int32(right)
    }
}

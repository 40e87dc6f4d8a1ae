/// The deadlines of an inventory's holds, the earliest first.
///
/// A binary heap that knows where each slot's deadline lies, so that both inserting and cancelling cost O(log n) and a
/// cancelled deadline leaves nothing behind.
struct DeadlineHeap: Sendable {
    private struct Entry: Sendable {
        let deadline: Moment
        let slot: Int
    }

    private var entries: [Entry] = []
    private var positions: [Int: Int] = [:]

    var earliest: (deadline: Moment, slot: Int)? {
        entries.first.map { ($0.deadline, $0.slot) }
    }

    mutating func insert(_ deadline: Moment, slot: Int) {
        precondition(positions[slot] == nil, "a slot has one deadline")
        entries.append(Entry(deadline: deadline, slot: slot))
        positions[slot] = entries.count - 1
        siftUp(entries.count - 1)
    }

    mutating func remove(slot: Int) {
        guard let position = positions.removeValue(forKey: slot) else { return }
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[last.slot] = position
        siftDown(position)
        siftUp(position)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].deadline < entries[parent].deadline else { return }
            swap(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].deadline < entries[least].deadline {
                least = child
            }
            guard least != parent else { return }
            swap(parent, least)
            parent = least
        }
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        positions[entries[left].slot] = left
        positions[entries[right].slot] = right
    }
}

/// Timers in the order of their deadlines. Meant for few: adding and removing are linear in their number.
struct TimerQueue {
    struct Timer {
        let id: UInt64
        let deadline: ContinuousClock.Instant
        let handler: @Sendable () -> Void
    }

    /// Connections have a deadline or two each, so more than this is a leak.
    static let capacity = 4096

    private var timers: [Timer] = []
    private var lastID: UInt64 = 0

    var nextDeadline: ContinuousClock.Instant? { timers.first?.deadline }

    /// Timers with one deadline fire in the order in which they were added.
    mutating func add(at deadline: ContinuousClock.Instant, handler: @escaping @Sendable () -> Void) -> UInt64 {
        precondition(timers.count < Self.capacity, "more than \(Self.capacity) timers on one executor")
        lastID += 1
        let position = timers.firstIndex { $0.deadline > deadline } ?? timers.endIndex
        timers.insert(Timer(id: lastID, deadline: deadline, handler: handler), at: position)
        return lastID
    }

    mutating func remove(_ id: UInt64) {
        timers.removeAll { $0.id == id }
    }

    mutating func popFirst(dueAt now: ContinuousClock.Instant) -> Timer? {
        guard let first = timers.first, first.deadline <= now else { return nil }
        return timers.removeFirst()
    }
}

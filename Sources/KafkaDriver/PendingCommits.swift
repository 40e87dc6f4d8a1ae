/// The commits that the group's coordinator has not answered yet.
///
/// A pure state machine: the methods return the callers to resume, so that it is done outside the lock.
struct PendingCommits {
    typealias Caller = CheckedContinuation<Result<Void, KafkaError>, Never>

    private struct Waiting {
        let caller: Caller
        let deadline: ContinuousClock.Instant
    }

    private var waiting: [UInt: Waiting] = [:]
    private var next: UInt = 0

    var isEmpty: Bool { waiting.isEmpty }

    /// A number for a commit that is about to be added.
    mutating func reserve() -> UInt {
        next += 1
        return next
    }

    /// Adds a caller who waits until `deadline` at most.
    mutating func add(_ number: UInt, caller: Caller, deadline: ContinuousClock.Instant) {
        waiting[number] = Waiting(caller: caller, deadline: deadline)
    }

    /// Takes out a caller whose answer has come, or who no longer wants it.
    mutating func remove(_ number: UInt) -> Caller? {
        waiting.removeValue(forKey: number)?.caller
    }

    /// Takes out the callers whose time is over.
    mutating func removeExpired(at now: ContinuousClock.Instant) -> [Caller] {
        let expired = waiting.filter { $0.value.deadline <= now }.keys
        return expired.compactMap { remove($0) }
    }

    /// Takes every caller out.
    mutating func removeAll() -> [Caller] {
        defer { waiting = [:] }
        return waiting.values.map { $0.caller }
    }
}

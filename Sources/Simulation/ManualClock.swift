public import Booking
public import Inventory
import Synchronization

/// A clock that moves only when it is told to.
public final class ManualClock: BookingClock {
    fileprivate struct Sleeper {
        let deadline: Moment
        let continuation: CheckedContinuation<Void, any Error>
    }

    fileprivate struct State {
        var now = Moment(nanoseconds: 0)
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var nextSleeper = 0
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let start: Timestamp

    /// Makes a clock whose wall-clock time begins at `start`.
    public init(start: Timestamp = Timestamp(millisecondsSince1970: 1_800_000_000_000)) {
        self.start = start
    }

    public var now: Moment { state.withLock { $0.now } }

    public var timestamp: Timestamp { start + (now - Moment(nanoseconds: 0)) }

    /// Moves the time on and wakes those whose deadline has come, the earliest first.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once somebody sleeps until a moment that lies `duration` ahead at most.
    public func untilSomebodySleeps(within duration: Duration) async {
        while !state.withLock({ $0.hasSleeper(within: duration) }) {
            await withCheckedContinuation { watcher in
                let isThere = state.withLock { state in
                    if state.hasSleeper(within: duration) { return true }
                    state.watchers.append(watcher)
                    return false
                }
                if isThere { watcher.resume() }
            }
        }
    }

    public func sleep(until deadline: Moment) async throws {
        let id = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                fallAsleep(Sleeper(deadline: deadline, continuation: continuation), id: id)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func fallAsleep(_ sleeper: Sleeper, id: Int) {
        let (outcome, watchers) = state.withLock {
            state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
            if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
            if sleeper.deadline <= state.now { return (.success(()), []) }
            state.sleepers[id] = sleeper
            defer { state.watchers = [] }
            return (nil, state.watchers)
        }
        for watcher in watchers { watcher.resume() }
        if let outcome { sleeper.continuation.resume(with: outcome) }
    }
}

extension ManualClock.State {
    fileprivate func hasSleeper(within duration: Duration) -> Bool {
        sleepers.values.contains { $0.deadline <= now + duration }
    }
}

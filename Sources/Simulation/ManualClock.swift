public import Booking
public import Inventory
import Synchronization

/// A clock that moves only when it is told to.
public final class ManualClock: BookingClock {
    fileprivate struct Sleeper {
        let id: Int
        let deadline: Moment
        let continuation: CheckedContinuation<Void, any Error>
    }

    fileprivate struct State {
        var now: Moment
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var nextID = 0
        var watchers: [Int: CheckedContinuation<Void, Never>] = [:]
        var isStopped = false
    }

    private let state: Mutex<State>
    private let start: Timestamp

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - start: The wall-clock time at moment zero.
    ///   - now: The moment that it shows first.
    public init(
        start: Timestamp = Timestamp(millisecondsSince1970: 1_800_000_000_000), now: Moment = Moment(nanoseconds: 0)
    ) {
        self.start = start
        state = Mutex(State(now: now))
    }

    public var now: Moment { state.withLock { $0.now } }

    public var timestamp: Timestamp { start + (now - Moment(nanoseconds: 0)) }

    /// When the next sleeper wakes; nil when nobody sleeps.
    public var nextDeadline: Moment? { state.withLock { $0.sleepers.values.map(\.deadline).min() } }

    /// Moves the time on and wakes those whose deadline has come, the earliest first.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.values.filter { $0.deadline <= state.now }
            for sleeper in due { state.sleepers[sleeper.id] = nil }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Ends every sleep with `CancellationError`, now and from now on: the machine of this clock is no more.
    public func stop() {
        let sleepers = state.withLock { state in
            state.isStopped = true
            defer { state.sleepers = [:] }
            return state.sleepers.values.sorted { $0.id < $1.id }
        }
        for sleeper in sleepers { sleeper.continuation.resume(throwing: CancellationError()) }
    }

    /// Returns once somebody sleeps until a moment that lies `duration` ahead at most, or when the task is cancelled.
    public func untilSomebodySleeps(within duration: Duration) async {
        while !Task.isCancelled, !state.withLock({ $0.hasSleeper(within: duration) }) {
            let id = state.withLock { $0.takeID() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { watch(id, within: duration, $0) }
            } onCancel: {
                state.withLock { $0.cancelWatcher(id) }?.resume()
            }
        }
    }

    private func watch(_ id: Int, within duration: Duration, _ watcher: CheckedContinuation<Void, Never>) {
        let isOver = state.withLock { state in
            if state.cancelled.remove(id) != nil || state.hasSleeper(within: duration) { return true }
            state.watchers[id] = watcher
            return false
        }
        if isOver { watcher.resume() }
    }

    public func sleep(until deadline: Moment) async throws {
        let id = state.withLock { $0.takeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                fallAsleep(Sleeper(id: id, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            state.withLock { $0.cancelSleeper(id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    private func fallAsleep(_ sleeper: Sleeper) {
        let (outcome, watchers) = state.withLock {
            state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
            if state.cancelled.remove(sleeper.id) != nil || state.isStopped {
                return (.failure(CancellationError()), [])
            }
            if sleeper.deadline <= state.now { return (.success(()), []) }
            state.sleepers[sleeper.id] = sleeper
            defer { state.watchers = [:] }
            return (nil, state.watchers.sorted { $0.key < $1.key }.map(\.value))
        }
        for watcher in watchers { watcher.resume() }
        if let outcome { sleeper.continuation.resume(with: outcome) }
    }
}

extension ManualClock.State {
    fileprivate func hasSleeper(within duration: Duration) -> Bool {
        sleepers.values.contains { $0.deadline <= now + duration }
    }

    fileprivate mutating func takeID() -> Int {
        nextID += 1
        return nextID
    }

    /// A cancellation may come before the sleep that it is meant for.
    fileprivate mutating func cancelSleeper(_ id: Int) -> ManualClock.Sleeper? {
        let sleeper = sleepers.removeValue(forKey: id)
        if sleeper == nil { cancelled.insert(id) }
        return sleeper
    }

    fileprivate mutating func cancelWatcher(_ id: Int) -> CheckedContinuation<Void, Never>? {
        let watcher = watchers.removeValue(forKey: id)
        if watcher == nil { cancelled.insert(id) }
        return watcher
    }
}

import Inventory
import Synchronization

/// Wakes the one who waits: at a deadline, or earlier when somebody calls. A call that finds nobody waiting is kept.
final class WakeUpCall: Sendable {
    private struct State {
        var isCalled = false
        var sleeper: AsyncStream<Never>.Continuation?
    }

    private let state = Mutex(State())

    func call() {
        let sleeper = state.withLock { state in
            state.isCalled = true
            return state.sleeper
        }
        sleeper?.finish()
    }

    /// Returns when it was called since the last wait, at the deadline, or when the task is cancelled.
    func wait(until deadline: Moment, on clock: any BookingClock) async {
        let (calls, sleeper) = AsyncStream.makeStream(of: Never.self)
        let isCalled = state.withLock { state in
            state.sleeper = sleeper
            return state.isCalled
        }
        if !isCalled {
            await withTaskGroup { group in
                group.addTask { for await _ in calls {} }
                group.addTask { try? await clock.sleep(until: deadline) }
                await group.next()
                group.cancelAll()
            }
        }
        state.withLock { $0 = State() }
    }
}

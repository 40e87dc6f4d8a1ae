import NIOCore
import NIOPosix
import Synchronization

/// How much of its time an event loop did not sleep.
final class LoopMeter: NIOEventLoopMetricsDelegate {
    private struct State {
        var slept: Int64 = 0
        var since = NIODeadline.now()
    }

    private let state = Mutex(State())

    func processedTick(info: NIOEventLoopTickInfo) {
        state.withLock { $0.slept += info.sleepTime.nanoseconds }
    }

    /// The share since the last time, from 0 to 1. Read it on the event loop, or a sleep that lasts still is missing.
    func takeShare() -> Double {
        state.withLock { state in
            let now = NIODeadline.now()
            let time = (now - state.since).nanoseconds
            defer { state = State(slept: 0, since: now) }
            return time <= 0 ? 0 : min(1, max(0, 1 - Double(state.slept) / Double(time)))
        }
    }
}

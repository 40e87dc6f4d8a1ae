import Glibc
import Randomness
import Synchronization

/// Runs the jobs of one simulated world on one thread, the next one picked by the seed.
///
/// Every task of the world prefers this executor, and so do the default actors that it calls. A job that comes from
/// another thread has escaped the simulator, which nothing could repeat: the process stops.
final class ScheduleExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var random: SeededRandom
    }

    private let state: Mutex<State>
    private let thread = pthread_self()

    init(seed: UInt64) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    /// Picks by another seed from now on.
    func reseed(_ seed: UInt64) {
        state.withLock { $0.random = SeededRandom(seed: seed) }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        precondition(isCurrent, "a simulated job was made ready on another thread")
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Whether the calling thread is the world's own.
    var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

    /// Runs one of the ready jobs until it suspends.
    ///
    /// - Returns: How many jobs there were to pick from; zero when none was ready.
    func runNext() -> Int {
        let (job, count) = state.withLock { state -> (UnownedJob?, Int) in
            let count = state.ready.count
            guard count > 0 else { return (nil, 0) }
            state.ready.swapAt(state.random.below(count), count - 1)
            return (state.ready.removeLast(), count)
        }
        job?.runSynchronously(on: asUnownedTaskExecutor())
        return count
    }
}

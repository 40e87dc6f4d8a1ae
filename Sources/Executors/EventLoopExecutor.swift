internal import DequeModule
public import NIOCore
internal import Synchronization

/// Runs tasks on an event loop of SwiftNIO, so that what a connection asks for needs no other thread.
///
/// An event loop looks for input only when nothing is left to run. So the tasks get a limited time, and then the
/// connections have their turn: a client that sends its requests without end must not keep the others from being heard.
/// The tasks get three times what the input took, since under overload there is always more input, and none of it is
/// worth as much as what was begun.
public final class EventLoopExecutor: TaskExecutor {
    private static let shortestTurn = TimeAmount.milliseconds(2)
    private static let longestTurn = TimeAmount.milliseconds(50)
    /// The tasks' turn for each that the input had.
    private static let share = 3
    /// Long enough that the event loop has nothing to run, and looks.
    private static let pause = TimeAmount.microseconds(50)

    private struct State {
        var jobs: Deque<UnownedJob> = []
        /// Whether the event loop will run them.
        var isScheduled = false
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    /// Makes an executor on an event loop. Several on one event loop take turns.
    public init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Runs `job` on the event loop, after everything that was enqueued before.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasScheduled = state.withLock { state in
            state.jobs.append(job)
            defer { state.isScheduled = true }
            return state.isScheduled
        }
        if !wasScheduled { eventLoop.execute { self.runJobs(for: Self.shortestTurn) } }
    }

    private func runJobs(for turn: TimeAmount) {
        let end = NIODeadline.now() + turn
        while let job = nextJob() {
            job.runSynchronously(on: asUnownedTaskExecutor())
            let now = NIODeadline.now()
            guard now < end else {
                eventLoop.scheduleTask(in: Self.pause) {
                    let input = NIODeadline.now() - now
                    self.runJobs(for: min(max(Self.shortestTurn, input * Self.share), Self.longestTurn))
                }
                return
            }
        }
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            if let job = state.jobs.popFirst() { return job }
            state.isScheduled = false
            return nil
        }
    }
}

/// The executors of a group's event loops: one for each, since a task that goes from one to another changes threads.
public struct EventLoopExecutors: Sendable {
    private let executors: [ObjectIdentifier: EventLoopExecutor]

    /// Makes one for each event loop of the group.
    public init(of group: any EventLoopGroup) {
        executors = group.makeIterator().reduce(into: [:]) { executors, eventLoop in
            executors[ObjectIdentifier(eventLoop)] = EventLoopExecutor(eventLoop)
        }
    }

    /// Nil for an event loop of another group.
    public subscript(eventLoop: any EventLoop) -> EventLoopExecutor? { executors[ObjectIdentifier(eventLoop)] }
}

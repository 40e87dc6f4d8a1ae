internal import DequeModule
public import NIOCore
internal import NIOPosix
internal import Synchronization

/// Runs tasks on an event loop of SwiftNIO, so that what a connection asks for needs no other thread.
///
/// A loop has two executors, whose tasks run one by one in turn: ``requests``, and ``services``, which a crowd of requests
/// does not keep waiting.
public final class EventLoopExecutor: TaskExecutor {
    private let jobs: EventLoopJobs
    private let queue: EventLoopJobs.Queue

    fileprivate init(_ jobs: EventLoopJobs, _ queue: EventLoopJobs.Queue) {
        self.jobs = jobs
        self.queue = queue
    }

    /// Runs `job` on the event loop, after everything that was enqueued here before.
    public func enqueue(_ job: consuming ExecutorJob) {
        jobs.add(UnownedJob(job), of: self, to: queue)
    }
}

/// The executors of SwiftNIO's own event loops, on which servers and clients run unless they are told otherwise.
public enum EventLoopExecutors {
    /// Of one event loop.
    public struct Pair: Sendable {
        /// For what connections ask for.
        public let requests: EventLoopExecutor
        /// For what goes on beside it.
        public let services: EventLoopExecutor

        fileprivate init(_ eventLoop: any EventLoop) {
            let jobs = EventLoopJobs(eventLoop)
            requests = EventLoopExecutor(jobs, .requests)
            services = EventLoopExecutor(jobs, .services)
        }
    }

    private static let pairs = MultiThreadedEventLoopGroup.singleton.makeIterator().reduce(into: [:]) {
        pairs, eventLoop in
        pairs[ObjectIdentifier(eventLoop)] = Pair(eventLoop)
    }

    /// Nil for an event loop of another group.
    public static func of(_ eventLoop: any EventLoop) -> Pair? { pairs[ObjectIdentifier(eventLoop)] }
}

/// The tasks of an event loop, and when they run.
///
/// An event loop looks for input only when nothing is left to run. So the tasks get a limited time, and then the
/// connections have their turn: a client that sends its requests without end must not keep the others from being heard.
/// The tasks get three times what the input took, since under overload there is always more input, and none of it is
/// worth as much as what was begun.
private final class EventLoopJobs: Sendable {
    enum Queue { case requests, services }

    private static let shortestTurn = TimeAmount.milliseconds(2)
    private static let longestTurn = TimeAmount.milliseconds(50)
    /// The tasks' turn for each that the input had.
    private static let share = 3
    /// Long enough that the event loop has nothing to run, and looks.
    private static let pause = TimeAmount.microseconds(50)

    private struct Job {
        let job: UnownedJob
        let executor: EventLoopExecutor
    }

    private struct State {
        var requests: Deque<Job> = []
        var services: Deque<Job> = []
        var isServicesTurn = false
        /// Whether the event loop will run them.
        var isScheduled = false

        mutating func next() -> Job? {
            isServicesTurn.toggle()
            return isServicesTurn
                ? services.popFirst() ?? requests.popFirst() : requests.popFirst() ?? services.popFirst()
        }
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func add(_ job: UnownedJob, of executor: EventLoopExecutor, to queue: Queue) {
        let job = Job(job: job, executor: executor)
        let wasScheduled = state.withLock { state in
            switch queue {
            case .requests: state.requests.append(job)
            case .services: state.services.append(job)
            }
            defer { state.isScheduled = true }
            return state.isScheduled
        }
        if !wasScheduled { eventLoop.execute { self.run(for: Self.shortestTurn) } }
    }

    private func run(for turn: TimeAmount) {
        let end = NIODeadline.now() + turn
        while let next = next() {
            next.job.runSynchronously(on: next.executor.asUnownedTaskExecutor())
            let now = NIODeadline.now()
            guard now < end else {
                eventLoop.scheduleTask(in: Self.pause) {
                    let input = NIODeadline.now() - now
                    self.run(for: min(max(Self.shortestTurn, input * Self.share), Self.longestTurn))
                }
                return
            }
        }
    }

    private func next() -> Job? {
        state.withLock { state in
            if let job = state.next() { return job }
            state.isScheduled = false
            return nil
        }
    }
}

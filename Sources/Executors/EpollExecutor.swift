internal import Glibc
internal import Synchronization

/// A serial executor with a thread and an epoll instance of its own.
///
/// An actor pinned to it waits for sockets without blocking anybody else: handlers of descriptors and timers run on the
/// executor's thread, where the actor may say `assumeIsolated`. Every method may be called from any thread.
///
/// The thread starts with the first work and lives until ``shutdown()``; it keeps the executor alive. Work is never
/// dropped: what arrives after the shutdown gets a thread that ends when it is done. Calling in from another executor
/// costs a wake-up of some ten microseconds, so callers in a hurry send many things at once.
public final class EpollExecutor: SerialExecutor {
    /// Names a timer, so that it can be cancelled.
    public struct TimerID: Sendable, Hashable {
        let number: UInt64
    }

    let name: String
    let epoll: Epoll
    let state = Mutex(State())

    /// Makes an executor whose thread is called `name`, of which the system shows the first 15 bytes.
    ///
    /// Stops the process when it has no file descriptors left.
    public init(name: String) {
        self.name = name
        self.epoll = Epoll()
    }

    /// Runs `job` on the executor's thread, after everything that was enqueued before.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add(.job(job))
    }

    /// Runs `work` on the executor's thread, after everything that was enqueued before.
    ///
    /// Cheaper than a task when an actor wants to hear that something lies in its inbox.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        add(.work(work))
    }

    /// Stops the process unless it is called on the executor's thread.
    public func checkIsolated() {
        precondition(isCurrentThread, "not on the thread of executor \(name)")
    }

    /// Whether the caller runs on the executor's thread.
    public func isIsolatingCurrentContext() -> Bool? { isCurrentThread }

    /// Calls `handler` on the executor's thread again and again as long as `descriptor` is ready (level-triggered).
    ///
    /// - Precondition: `descriptor` is open and not registered. Unregister it before closing it.
    public func register(
        _ descriptor: Int32, interest: Interest, handler: @escaping @Sendable (Readiness) -> Void
    ) {
        state.withLock { state in
            precondition(state.registrations[descriptor] == nil, "descriptor \(descriptor) is registered already")
            state.lastRegistration &+= 1
            state.registrations[descriptor] = Registration(number: state.lastRegistration, handler: handler)
            epoll.add(descriptor, interest.events, registration: state.lastRegistration)
        }
        startThread()
    }

    /// Changes what the registration of `descriptor` wants to hear about.
    ///
    /// - Precondition: `descriptor` is registered.
    public func update(_ descriptor: Int32, interest: Interest) {
        state.withLock { state in
            guard let registration = state.registrations[descriptor] else {
                preconditionFailure("descriptor \(descriptor) is not registered")
            }
            epoll.modify(descriptor, interest.events, registration: registration.number)
        }
    }

    /// Forgets `descriptor`. When called on the executor's thread, its handler is not called any more.
    public func unregister(_ descriptor: Int32) {
        state.withLock { state in
            guard state.registrations.removeValue(forKey: descriptor) != nil else { return }
            epoll.remove(descriptor)
        }
    }

    /// Calls `handler` once on the executor's thread, never before `delay` is over and usually within a millisecond.
    ///
    /// - Precondition: fewer than 4096 timers are waiting.
    @discardableResult
    public func schedule(after delay: Duration, handler: @escaping @Sendable () -> Void) -> TimerID {
        let number = state.withLock { $0.timers.add(at: .now + delay, handler: handler) }
        startThread()
        if !isCurrentThread { epoll.wake() }
        return TimerID(number: number)
    }

    /// Forgets a timer. When called on the executor's thread, its handler is not called any more.
    public func cancel(_ timer: TimerID) {
        state.withLock { $0.timers.remove(timer.number) }
    }

    /// Ends the thread once everything that was enqueued has run. Timers and registrations that are left never fire.
    ///
    /// Returns at once, and may be called on the executor's own thread.
    public func shutdown() {
        state.withLock { $0.isShutDown = true }
        epoll.wake()
    }

    private func add(_ item: Item) {
        let isFirst = state.withLock { state in
            state.items.append(item)
            return state.items.count == 1
        }
        guard isFirst else { return }
        startThread()
        if !isCurrentThread { epoll.wake() }
    }

    private var isCurrentThread: Bool {
        state.withLock { $0.thread } == pthread_self()
    }
}

extension EpollExecutor {
    enum Item {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    struct Registration {
        let number: UInt32
        let handler: @Sendable (Readiness) -> Void
    }

    struct State {
        var items: [Item] = []
        var timers = TimerQueue()
        var registrations: [Int32: Registration] = [:]
        var lastRegistration: UInt32 = 0
        var thread: pthread_t?
        var isThreadStarted = false
        var isShutDown = false
    }
}

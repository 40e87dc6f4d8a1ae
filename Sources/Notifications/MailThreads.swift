internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Threads for the work of mail: to write it, and to wait for disks and servers.
///
/// A mail may come a minute later; a seat may not. So these threads run when a core has nothing else to do: Linux schedules
/// each thread by a policy of its own, and has one for this. Whoever else wants the core gets it at once. In a rush mail
/// gets a few thousandths of a core, and after it whatever is free; it never stops altogether. Events wait in Kafka meanwhile. No more of them are read than may be in
/// flight, so what is done about mail at the usual priority slows down with these threads.
///
/// Hazard: whoever waits for a thread of low priority has a low priority too. What runs here must not hold a lock, an
/// actor or a connection that a sale needs.
final class MailThreads: Sendable {
    /// `SCHED_IDLE`, sched(7).
    static let idlePolicy: CInt = 5

    private let pool: NIOThreadPool
    private let areUrgent: Bool

    /// Starts the threads.
    ///
    /// - Parameter areUrgent: Whether they keep the usual priority.
    init(count: Int, areUrgent: Bool = false) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
        self.areUrgent = areUrgent
    }

    deinit {
        pool.shutdownGracefully { _ in }
    }

    /// Runs `body` on one of the threads, which may block. A cancelled caller waits too.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        // The answer comes by an event loop. Whoever is woken from here may need a new thread of Swift's pool, which is
        // born with the policy of the thread that makes it.
        let answer = pool.runIfActive(eventLoop: MultiThreadedEventLoopGroup.singleton.any()) { [areUrgent] in
            if !areUrgent { Self.giveWay() }
            return try body()
        }
        return try await answer.get()
    }

    /// Needs no privilege. The pool does not tell when a thread of its starts, and this costs less than to remember it.
    private static func giveWay() {
        var parameters = sched_param(sched_priority: 0)
        sched_setscheduler(0, idlePolicy, &parameters)
    }
}

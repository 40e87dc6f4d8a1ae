import NIOCore

/// Runs tasks on an event loop, so that what a connection asks for needs no other thread.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// The executors of a server's event loops: one for each, since a task that goes from one to another changes threads.
struct EventLoopExecutors: Sendable {
    private let executors: [ObjectIdentifier: EventLoopExecutor]

    init(of group: any EventLoopGroup) {
        executors = group.makeIterator().reduce(into: [:]) { executors, eventLoop in
            executors[ObjectIdentifier(eventLoop)] = EventLoopExecutor(eventLoop)
        }
    }

    /// Nil for an event loop of another group.
    subscript(eventLoop: any EventLoop) -> EventLoopExecutor? { executors[ObjectIdentifier(eventLoop)] }
}

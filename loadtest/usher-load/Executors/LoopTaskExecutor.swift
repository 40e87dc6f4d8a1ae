import NIOCore

/// Runs tasks on an event loop.
///
/// A continuation that is resumed goes first to its task's preferred executor, whatever actor waits for it. Without this
/// preference that would be the global pool: two changes of threads for each answer.
final class LoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

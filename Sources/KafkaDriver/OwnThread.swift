import Foundation

/// Runs code that blocks on a thread of its own.
///
/// Swift's cooperative pool has one thread a core; each that blocked in C would be lost to everybody else.
enum OwnThread {
    /// Starts a thread that runs `body` and ends.
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.start()
    }

    /// Runs `body` to its end on a new thread, while the caller's task is suspended. Cancellation does not end it.
    static func run<Success: Sendable>(
        named name: String, _ body: @escaping @Sendable () throws(KafkaError) -> Success
    ) async throws(KafkaError) -> Success {
        let result = await withCheckedContinuation {
            (caller: CheckedContinuation<Result<Success, KafkaError>, Never>) in
            start(named: name) {
                caller.resume(returning: Result { () throws(KafkaError) in try body() })
            }
        }
        return try result.get()
    }
}

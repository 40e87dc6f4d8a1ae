internal import Synchronization

/// One caller who waits for one result.
///
/// The first of three ends the wait: the result, a failure, or the caller's own cancellation. What comes later is
/// ignored, so a cancelled caller's waiter stays where it is queued, as a tombstone that swallows its result.
final class Waiter<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, RedisError>

    private enum State {
        case pending
        case suspended(CheckedContinuation<Outcome, Never>)
        case finished(Outcome)
    }

    private let state = Mutex(State.pending)

    /// Ends the wait. Not to be called under a lock: it resumes the caller.
    ///
    /// - Returns: false when the wait had ended before, so that nobody gets this outcome.
    @discardableResult
    func finish(_ outcome: Outcome) -> Bool {
        let before = state.withLock { state in
            let before = state
            if case .finished = before { return before }
            state = .finished(outcome)
            return before
        }
        switch before {
        case .pending: return true
        case .finished: return false
        case .suspended(let continuation):
            continuation.resume(returning: outcome)
            return true
        }
    }

    /// The result, once it is there. To be called once.
    ///
    /// - Parameter cancellation: what is thrown when the calling task is cancelled before.
    func value(orWhenCancelled cancellation: RedisError) async throws(RedisError) -> Value {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Outcome? = state.withLock { state in
                    if case .finished(let outcome) = state { return outcome }
                    state = .suspended(continuation)
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            finish(.failure(cancellation))
        }
        return try outcome.get()
    }
}

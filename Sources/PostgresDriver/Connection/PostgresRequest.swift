internal import Synchronization

/// One caller's statements, and the caller himself as long as he waits.
///
/// Whoever comes first ends the wait: the answer, an error or the cancellation. What comes later finds nobody and is
/// dropped, so the reply to a cancelled statement passes by without harm.
final class PostgresRequest: PoolRequest {
    typealias Answer = Result<[PostgresRows], PostgresError>

    private enum State {
        case new
        case queued(CheckedContinuation<Answer, Never>)
        case sent(CheckedContinuation<Answer, Never>)
        case finished
    }

    let statements: [EncodedStatement]
    private let state = Mutex(State.new)

    init(_ statements: [EncodedStatement]) {
        self.statements = statements
    }

    var statementCount: Int { statements.count }

    /// Waits for the answer after `submit`, which is not called when the task is cancelled already.
    func answer(afterSubmitting submit: (PostgresRequest) -> Void) async -> Answer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if enqueue(continuation) { submit(self) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Says that the request is about to be sent, or false when nobody waits for it any more.
    func beginSending() -> Bool {
        state.withLock { state in
            guard case .queued(let continuation) = state else { return false }
            state = .sent(continuation)
            return true
        }
    }

    /// Gives the caller his answer, if he still waits.
    func finish(_ answer: Answer) {
        takeCaller().continuation?.resume(returning: answer)
    }

    private func cancel() {
        let (continuation, isSent) = takeCaller()
        continuation?.resume(returning: .failure(Self.cancelled(isSent: isSent)))
    }

    private func enqueue(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            state = .queued(continuation)
            return true
        }
        if !isNew { continuation.resume(returning: .failure(Self.cancelled(isSent: false))) }
        return isNew
    }

    private func takeCaller() -> (continuation: CheckedContinuation<Answer, Never>?, isSent: Bool) {
        state.withLock { state in
            defer { state = .finished }
            switch state {
            case .queued(let continuation): return (continuation, false)
            case .sent(let continuation): return (continuation, true)
            case .new, .finished: return (nil, false)
            }
        }
    }

    private static func cancelled(isSent: Bool) -> PostgresError {
        PostgresError(.cancelled, "the task was cancelled", outcomeIsUnknown: isSent)
    }
}

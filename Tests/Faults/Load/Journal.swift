import Synchronization

/// Writes down what customers ask and are told, in the order in which it is asked.
final class Journal: Sendable {
    private let history = Mutex(History())
    private let start: ContinuousClock.Instant

    /// - Parameter start: The beginning of the run.
    init(start: ContinuousClock.Instant = .now) {
        self.start = start
    }

    var now: Instant { ContinuousClock.now - start }

    /// Everything so far.
    var current: History { history.withLock { $0 } }

    /// Writes a request down before it is sent, so that it is there whatever comes.
    ///
    /// - Returns: Its number.
    func begin(_ request: Operation.Request, by customer: Int, key: String? = nil) -> Int {
        let now = now
        return history.withLock { history in
            history.operations.append(Operation(customer: customer, request: request, sent: now, key: key))
            return history.operations.count - 1
        }
    }

    func end(_ number: Int, _ answer: Operation.Answer, status: UInt?) {
        let now = now
        history.withLock { history in
            history.operations[number].answered = now
            history.operations[number].answer = answer
            history.operations[number].status = status
        }
    }

    func add(_ event: StreamEvent) {
        history.withLock { $0.events.append(event) }
    }
}

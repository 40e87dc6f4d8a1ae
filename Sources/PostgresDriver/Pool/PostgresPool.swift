internal import Executors
internal import Synchronization

/// The pool's state machine behind a lock, and the deadlines of those who wait for a connection.
final class PostgresPool: Sendable {
    private struct State {
        var machine: PostgresPoolStateMachine<PostgresRequest, PostgresConnection>
        var lastFailure: PostgresError?
    }

    /// Not one of the connections', which the look-up of a host's name can block.
    private let executor = EpollExecutor(name: "postgres-pool")
    private let state: Mutex<State>

    init(configuration: PostgresConfiguration) {
        state = Mutex(
            State(
                machine: PostgresPoolStateMachine(
                    slots: configuration.connections, capacity: configuration.queuedStatements,
                    waitLimit: configuration.connectTimeout, outageLimit: configuration.outageTimeout)))
    }

    deinit {
        executor.shutdown()
    }

    var isConnected: Bool { state.withLock { $0.machine.isConnected } }

    func submit(_ request: PostgresRequest) {
        let action = state.withLock { $0.machine.submit(request, now: .now) }
        perform(action, for: request)
    }

    /// Hands all waiting requests to `connection`, which finds them with ``take(slot:)``.
    func connect(_ connection: PostgresConnection, slot: Int) {
        state.withLock { state in
            state.machine.connect(connection, slot: slot)
            state.lastFailure = nil
        }
    }

    func take(slot: Int) -> [PostgresRequest] {
        state.withLock { $0.machine.take(slot: slot) }
    }

    func release(_ statements: Int, slot: Int) {
        state.withLock { $0.machine.release(statements, slot: slot) }
    }

    /// A connection was lost, or could not be made, because of `failure`.
    func disconnect(slot: Int, unsent: [PostgresRequest], failure: PostgresError) {
        let (actions, orphans) = state.withLock { state in
            state.lastFailure = failure
            return state.machine.disconnect(slot: slot, unsent: unsent, now: .now)
        }
        for action in actions { perform(action, for: nil) }
        Self.failAsClosed(orphans)
    }

    /// Refuses new requests and fails those that no connection has taken.
    func close() {
        Self.failAsClosed(state.withLock { $0.machine.close() })
        executor.shutdown()
    }

    private func perform(
        _ action: PostgresPoolStateMachine<PostgresRequest, PostgresConnection>.SubmitAction,
        for request: PostgresRequest?
    ) {
        switch action {
        case .none: break
        case .wake(let connection): connection.wake()
        case .expire(let deadline): scheduleExpiry(at: deadline)
        case .refuse(let error): request?.finish(.failure(error))
        }
    }

    private func scheduleExpiry(at deadline: ContinuousClock.Instant) {
        executor.schedule(after: ContinuousClock.now.duration(to: deadline)) { [weak self] in self?.expire() }
    }

    private func expire() {
        let (expired, next, failure) = state.withLock { state in
            let (expired, next) = state.machine.expire(now: .now)
            return (expired, next, state.lastFailure)
        }
        if let next { scheduleExpiry(at: next) }
        let error = PostgresError(.connection, "there was no connection in time", cause: failure)
        for request in expired { request.finish(.failure(error)) }
    }

    private static func failAsClosed(_ requests: [PostgresRequest]) {
        let error = PostgresError(.closed, "the client was shut down before the statement was sent")
        for request in requests { request.finish(.failure(error)) }
    }
}

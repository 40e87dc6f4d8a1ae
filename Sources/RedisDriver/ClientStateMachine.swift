/// What a client does with a command, given what it knows of its connection: a pure state machine beside
/// ``RedisClient``.
struct ClientStateMachine<Connection, Caller> {
    /// Who is to be told that there is no connection.
    typealias Refusal = (callers: [Caller], error: RedisError)

    private enum State {
        /// There was no connection yet: callers wait for the first one.
        case starting
        case connected(Connection)
        /// Callers are refused, so that they can go on without Redis.
        case disconnected
        case closed
    }

    private let capacity: Int
    private var state = State.starting
    private var waiting: [Caller] = []
    /// What callers are told when they are refused.
    private var failure: RedisError

    /// - Parameter failure: what callers are told when the first attempt to connect has no result in time.
    init(capacity: Int, failure: RedisError) {
        self.capacity = capacity
        self.failure = failure
    }

    var connection: Connection? {
        if case .connected(let connection) = state { connection } else { nil }
    }

    /// Takes in a caller who found no connection.
    ///
    /// - Returns: the connection, if there is one by now; nil when the caller was taken in and is to wait.
    mutating func wait(_ caller: Caller) throws(RedisError) -> Connection? {
        switch state {
        case .connected(let connection): return connection
        case .disconnected, .closed: throw failure
        case .starting:
            guard waiting.count < capacity else {
                throw RedisError(
                    .queueFull, "\(capacity) commands wait for the first connection already. Try again later.")
            }
            waiting.append(caller)
            return nil
        }
    }

    /// - Returns: who has waited for the connection; nil when the client is closed and does not want it.
    mutating func connected(_ connection: Connection) -> [Caller]? {
        if case .closed = state { return nil }
        state = .connected(connection)
        return takeWaiting()
    }

    /// An attempt to connect failed, or the connection broke.
    ///
    /// - Parameter isFinal: another attempt will fare no better, so nobody need wait for it.
    mutating func failed(_ error: RedisError, isFinal: Bool) -> Refusal {
        if case .closed = state { return ([], failure) }
        failure = error
        if case .starting = state, !isFinal { return ([], error) }
        state = .disconnected
        return (takeWaiting(), error)
    }

    /// The time to wait for the first connection is over.
    mutating func startTimedOut() -> Refusal {
        if case .starting = state { state = .disconnected }
        return (takeWaiting(), failure)
    }

    /// The last event, and the answer to all calls after it.
    mutating func close(_ error: RedisError) -> Refusal {
        state = .closed
        failure = error
        return (takeWaiting(), error)
    }

    private mutating func takeWaiting() -> [Caller] {
        defer { waiting = [] }
        return waiting
    }
}

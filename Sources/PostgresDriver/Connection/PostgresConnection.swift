internal import DequeModule
internal import Executors
internal import Logging

/// One connection of the pool, from the first packet to the last.
///
/// The actor lives on its slot's executor, whose thread waits for the socket; the handlers of the socket and the timers
/// run there too, so they are inside the actor already.
actor PostgresConnection {
    /// How a connection ended.
    struct End: Sendable {
        let error: PostgresError
        let wasReady: Bool
    }

    enum Phase {
        case connecting
        case settingUp
        case ready
        /// Sends nothing any more and closes when everything has been answered.
        case finishing
        case closed
    }

    let slot: Int
    let pool: PostgresPool
    let configuration: PostgresConfiguration
    let executor: EpollExecutor
    private let logger: Logger

    var phase = Phase.connecting
    var libpq: LibpqConnection?
    var machine = PostgresConnectionStateMachine<PostgresRequest>()
    /// Taken from the pool, but the socket is full.
    var unsent: Deque<PostgresRequest> = []
    var isWriteBlocked = false
    /// When the server last gave a sign of life, or was first asked after owing nothing.
    var lastSign = ContinuousClock.now
    var silenceTimer: EpollExecutor.TimerID?

    private var wasReady = false
    private var registeredSocket: Int32?
    private var phaseTimer: EpollExecutor.TimerID?
    private var end: CheckedContinuation<End, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        slot: Int, pool: PostgresPool, configuration: PostgresConfiguration, executor: EpollExecutor, logger: Logger
    ) {
        self.slot = slot
        self.pool = pool
        self.configuration = configuration
        self.executor = executor
        self.logger = logger
    }

    /// Connects and serves until the connection is lost or finished. Call it once.
    func run() async -> End {
        await withCheckedContinuation { continuation in
            guard phase == .connecting else {
                return continuation.resume(returning: End(error: .closedByClient, wasReady: false))
            }
            end = continuation
            start()
        }
    }

    /// Tells the connection that there is something in its inbox.
    nonisolated func wake() {
        executor.execute { self.assumeIsolated { $0.emptyInbox() } }
    }

    /// Lets the server answer what was sent, for the configured time at most, and closes the connection.
    nonisolated func finish() {
        executor.execute { self.assumeIsolated { $0.beginFinishing() } }
    }

    /// Closes the connection now.
    nonisolated func abort() {
        executor.execute { self.assumeIsolated { $0.close(.closedByClient) } }
    }

    /// Ends the connection. Whoever waits for an answer hears of `error`, and that his statement may have taken effect;
    /// what was not sent goes back to the pool.
    func close(_ error: PostgresError) {
        guard phase != .closed else { return }
        phase = .closed
        unregister()
        cancelTimers()
        let (requests, lastWords) = machine.abandon()
        libpq = nil
        pool.release(requests.reduce(0) { $0 + $1.statementCount }, slot: slot)
        pool.disconnect(slot: slot, unsent: Array(unsent), failure: error)
        unsent = []
        var unanswered = error
        unanswered.outcomeIsUnknown = true
        unanswered.cause = unanswered.cause ?? lastWords
        for request in requests { request.finish(.failure(unanswered)) }
        end?.resume(returning: End(error: error, wasReady: wasReady))
        end = nil
    }

    /// Registers libpq's present socket with the executor.
    func register(_ interest: Interest) {
        guard let socket = libpq?.socket else { return }
        registeredSocket = socket
        executor.register(socket, interest: interest) { [weak self] readiness in
            self?.assumeIsolated { $0.socketIsReady(readiness) }
        }
    }

    func updateInterest(_ interest: Interest) {
        guard let registeredSocket else { return }
        executor.update(registeredSocket, interest: interest)
    }

    func becomeReady() {
        phase = .ready
        wasReady = true
        if let phaseTimer { executor.cancel(phaseTimer) }
        logger.info("Connected to PostgreSQL", metadata: [LogKey.slot: "\(slot)"])
        pool.connect(self, slot: slot)
        emptyInbox()
    }
}

extension PostgresConnection {
    private func start() {
        guard let libpq = LibpqConnection(url: configuration.url) else {
            return close(PostgresError(.connection, "there is no memory for a connection"))
        }
        guard !libpq.isBroken else { return close(.connectionFailed(libpq)) }
        self.libpq = libpq
        let limit = configuration.connectTimeout
        setPhaseTimer(limit) { $0.close(PostgresError(.connection, "the server did not answer for \(limit)")) }
        register(.write)
    }

    private func socketIsReady(_ readiness: Readiness) {
        guard let libpq else { return }
        guard phase != .connecting else { return advance(libpq) }
        if readiness.contains(.writable) { resumeSending() }
        if !readiness.isDisjoint(with: [.readable, .hungUp]) { receive() }
    }

    /// libpq may close its socket and open another one, under the same number even, so the registration ends before.
    private func advance(_ libpq: LibpqConnection) {
        unregister()
        switch libpq.connect() {
        case .needsRead: register(.read)
        case .needsWrite: register(.write)
        case .connected: setUp()
        case .failed: close(.connectionFailed(libpq))
        }
    }

    private func setUp() {
        phase = .settingUp
        register(.read)
        let milliseconds = max(1, configuration.statementTimeout / .milliseconds(1))
        let statement = EncodedStatement(
            command: "SELECT set_config('statement_timeout', '\(Int(milliseconds))', false)")
        transmit(machine.setUp([statement]))
    }

    private func beginFinishing() {
        guard phase == .ready, machine.isWaiting else { return close(.closedByClient) }
        phase = .finishing
        setPhaseTimer(configuration.shutdownTimeout) { $0.close(.closedByClient) }
    }

    private func setPhaseTimer(
        _ delay: Duration, _ handler: @escaping @Sendable (isolated PostgresConnection) -> Void
    ) {
        phaseTimer = executor.schedule(after: delay) { [weak self] in self?.assumeIsolated(handler) }
    }

    private func unregister() {
        guard let registeredSocket else { return }
        executor.unregister(registeredSocket)
        self.registeredSocket = nil
    }

    private func cancelTimers() {
        for timer in [phaseTimer, silenceTimer] {
            if let timer { executor.cancel(timer) }
        }
    }
}

extension PostgresError {
    static let closedByClient = PostgresError(.closed, "the client was shut down")

    fileprivate static func connectionFailed(_ libpq: LibpqConnection) -> PostgresError {
        PostgresError(.connection, libpq.errorMessage)
    }
}

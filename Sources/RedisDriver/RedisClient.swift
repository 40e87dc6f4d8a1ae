internal import Executors
public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle
internal import Synchronization

/// Redis, over one connection that all tasks share.
///
/// Commands of many tasks are written together and answered in order (pipelining), so a slow caller holds up nobody.
/// The connection is made by ``run()`` and made again when it breaks. Meanwhile ``send(_:patience:)`` throws
/// ``RedisError/Code/connection`` at once, so that the caller can do without; only for the first connection it waits,
/// up to ``RedisConfiguration/connectTimeout``. After a shutdown every call throws ``RedisError/Code/closed``.
public final class RedisClient: Service, Sendable {
    private let configuration: RedisConfiguration
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let metrics = RequestMetrics()
    private let state: Mutex<ClientStateMachine<RedisConnection, Waiter<RedisConnection>>>

    /// Creates a client. It connects when it is run.
    public init(configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let failure = RedisError(
            .connection, "there is no connection to \(configuration.address) yet; it is being tried. Is the client run?"
        )
        state = Mutex(ClientStateMachine(capacity: configuration.queuedCommands, failure: failure))
    }

    /// Whether commands can be sent now. It may change before they are.
    public var isConnected: Bool {
        state.withLock { $0.connection }?.isOpen ?? false
    }

    /// Where answers come in: a task that runs there needs no change of threads for one.
    public var executor: (any TaskExecutor)? { EventLoopExecutors.of(eventLoop)?.services }

    /// Sends a command and waits for its answer.
    ///
    /// Cancelling the task ends the wait at once; the command itself cannot be called back, and neither its answer nor
    /// the connection is touched.
    ///
    /// - Parameter patience: How long to wait for the answer, when that is less than the configuration's
    ///   `commandTimeout`; the connection is not given up for it.
    /// - Throws: ``RedisError``; its `outcomeIsUnknown` tells whether the command may have taken effect.
    public func send(
        _ command: RedisCommand, patience: Duration? = nil
    ) async throws(RedisError) -> RedisValue {
        try await metrics.measure { () async throws(RedisError) in
            if let connection = state.withLock({ $0.connection }) {
                return try await connection.send(command, patience: patience)
            }
            return try await firstConnection().send(command, patience: patience)
        }
    }

    /// Sends commands together, and waits for all their answers, in their order. Otherwise as ``send(_:patience:)``.
    func send(_ commands: [RedisCommand]) async -> [Result<RedisValue, RedisError>] {
        await metrics.measure {
            do throws(RedisError) {
                if let connection = state.withLock({ $0.connection }) { return await connection.send(commands) }
                return await (try firstConnection()).send(commands)
            } catch {
                return commands.map { _ in .failure(error) }
            }
        }
    }

    /// Runs a script by its digest, and sends its source only if Redis does not know it yet.
    ///
    /// - Parameters:
    ///   - keys: every key that the script touches (`KEYS`).
    ///   - arguments: what else it needs (`ARGV`).
    ///   - patience: as for ``send(_:patience:)``.
    /// - Throws: ``RedisError``; an error that the script returns has its first word as `errorPrefix`.
    public func evaluate(
        _ script: RedisScript, keys: [String], arguments: [RedisArgument], patience: Duration? = nil
    ) async throws(RedisError) -> RedisValue {
        do {
            return try await send(script.evalsha(keys: keys, arguments: arguments), patience: patience)
        } catch {
            guard error.errorPrefix == "NOSCRIPT" else { throw error }
            return try await send(script.eval(keys: keys, arguments: arguments), patience: patience)
        }
    }

    /// Runs a script several times by calls that are sent together, each a step of its own.
    ///
    /// - Returns: What each call answered, in their order; the errors are those of
    ///   ``evaluate(_:keys:arguments:patience:)``.
    public func evaluate(
        _ script: RedisScript, calls: [(keys: [String], arguments: [RedisArgument])]
    ) async -> [Result<RedisValue, RedisError>] {
        var answers = await send(calls.map { script.evalsha(keys: $0.keys, arguments: $0.arguments) })
        for (index, call) in calls.enumerated() {
            guard case .failure(let error) = answers[index], error.errorPrefix == "NOSCRIPT" else { continue }
            do {
                answers[index] = .success(try await send(script.eval(keys: call.keys, arguments: call.arguments)))
            } catch {
                answers[index] = .failure(error)
            }
        }
        return answers
    }

    /// Asks Redis for a sign of life.
    public func ping() async throws(RedisError) {
        _ = try await send(RedisCommand("PING"))
    }

    /// Keeps a connection until the task is cancelled or the service group shuts down, then gives the commands that
    /// were sent ``RedisConfiguration/drainTimeout`` to be answered.
    ///
    /// - Throws: ``RedisError/Code/configuration`` when TLS cannot be set up.
    public func run() async throws {
        let connector: RedisConnector
        do {
            connector = try RedisConnector(configuration: configuration, eventLoop: eventLoop)
        } catch {
            refuse(state.withLock { $0.close(error) })
            throw error
        }
        scheduleStartTimeout()
        await cancelWhenGracefulShutdown { await self.keepConnected(by: connector) }
        refuse(state.withLock { $0.close(.shutDown) })
    }
}

extension RedisClient {
    private func firstConnection() async throws(RedisError) -> RedisConnection {
        let waiter = Waiter<RedisConnection>()
        let connection = try state.withLock { state throws(RedisError) in try state.wait(waiter) }
        if let connection { return connection }
        // A client that is never run must not keep its callers for ever.
        scheduleStartTimeout()
        return try await waiter.value(orWhenCancelled: .cancelled)
    }

    private func scheduleStartTimeout() {
        eventLoop.scheduleTask(in: TimeAmount(configuration.connectTimeout)) {
            self.refuse(self.state.withLock { $0.startTimedOut() })
        }
    }

    private func keepConnected(by connector: RedisConnector) async {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do {
                let connection = try await connector.connect()
                backoff.reset()
                await use(connection)
            } catch {
                failed(error, "cannot connect to Redis")
            }
            // Cancellation cuts the pause short and ends the loop.
            try? await ContinuousClock().sleep(for: backoff.next(using: &generator))
        }
    }

    private func use(_ connection: RedisConnection) async {
        guard let callers = state.withLock({ $0.connected(connection) }) else {
            return connection.close(.shutDown)
        }
        logger.info("connected to Redis", metadata: [LogKey.server: "\(configuration)"])
        for caller in callers {
            caller.finish(.success(connection))
        }
        failed(await connection.untilClosed(), "lost the connection to Redis")
    }

    private func failed(_ error: RedisError, _ event: Logger.Message) {
        guard !Task.isCancelled else { return }
        let refusal = RedisError(
            .connection, "there is no connection to \(configuration.address); it is being tried again.", cause: error)
        refuse(state.withLock { $0.failed(refusal, isFinal: error.isRefusal) })
        logger.warning(event, metadata: [LogKey.server: "\(configuration)", LogKey.error: "\(error)"])
    }

    private func refuse(_ refusal: ClientStateMachine<RedisConnection, Waiter<RedisConnection>>.Refusal) {
        for caller in refusal.callers {
            caller.finish(.failure(refusal.error))
        }
    }
}

private enum LogKey {
    static let server = "redis.server"
    static let error = "error"
}

extension RedisError {
    /// Redis was reached and does not want us. While it starts it says `LOADING` instead, and soon will.
    fileprivate var isRefusal: Bool {
        code == .server && errorPrefix != "LOADING"
    }
}

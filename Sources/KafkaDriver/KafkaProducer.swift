internal import CRdKafka
public import Logging
public import ServiceLifecycle
internal import Synchronization

/// Appends records to topics, each acknowledged by all in-sync replicas, without duplicates through retries.
///
/// Run it as a service: delivery reports come in only while ``run()`` runs. It reconnects by itself. What is sent while
/// no broker answers waits for one, up to the delivery timeout (30 s; property `delivery.timeout.ms`).
///
/// A fatal error of librdkafka ends only the client inside: waiting callers get it, and a new client takes over. That of
/// one that died within a minute of its start waits a second, since it may fare no better.
public final class KafkaProducer: Service, Sendable {
    private static let flushBudget = Duration.seconds(10)
    /// Between a client that died young and its successor.
    private static let pause = Duration.seconds(1)

    enum Phase {
        case open
        case draining(until: ContinuousClock.Instant)
        case closed
    }

    struct State {
        var client: Client
        var phase = Phase.open
        var isRunning = false
        var pending = PendingDeliveries()
    }

    private let properties: [(name: String, value: String)]
    let state: Mutex<State>
    private let probe = MetadataProbe()
    private let metrics = RequestMetrics()
    private let shortLife: Duration
    private let logger: Logger
    private let clock = ContinuousClock()

    /// Checks the configuration and starts a client, which connects in the background.
    ///
    /// - Throws: ``KafkaError`` with code `configuration`.
    public convenience init(configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        try self.init(configuration: configuration, shortLife: .seconds(60), logger: logger)
    }

    /// - Parameter shortLife: a client that dies younger than this is not replaced at once.
    init(configuration: KafkaConfiguration, shortLife: Duration, logger: Logger) throws(KafkaError) {
        properties = try configuration.merged(
            defaults: [
                "delivery.timeout.ms": "30000",
                "compression.type": "lz4",
                "linger.ms": "5",
                "queue.buffering.max.messages": "20000",
                "queue.buffering.max.kbytes": "65536",
                "partitioner": "murmur2_random",
            ],
            fixed: ["enable.idempotence": "true", "acks": "all"])
        state = Mutex(State(client: try Self.client(properties, logger: logger)))
        self.shortLife = shortLife
        self.logger = logger
    }

    /// Serves delivery reports until the service is shut down or cancelled.
    ///
    /// A graceful shutdown first waits up to 10 s for the records that are on their way; a cancellation does not wait.
    /// Callers who are still without an answer then get `closed`, as does every later ``send(_:)``.
    ///
    /// - Throws: ``KafkaError`` with code `closed` when the producer runs already or ran before.
    public func run() async throws {
        try start()
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await OwnThread.run(named: "kafka-producer") { () throws(KafkaError) in try self.serve() }
            } onGracefulShutdown: {
                self.drain(for: Self.flushBudget)
            }
        } onCancel: {
            self.drain(for: .zero)
        }
    }

    /// Sends one record and waits until the brokers have it.
    ///
    /// - Throws: ``KafkaError``; `queueFull` at once, `timedOut` after the delivery timeout, `cancelled` as soon as the
    ///   caller's task is. After `timedOut`, `cancelled` and `closed` the record may be stored all the same.
    public func send(_ record: KafkaRecord) async throws(KafkaError) -> KafkaDelivery {
        guard let outcome = await send([record]).first else {
            throw KafkaError(.closed, "the record was never answered")
        }
        return try outcome.get()
    }

    /// Sends records in order and answers each, in the same order, once all have their answer.
    ///
    /// Records of one partition are stored in the order of this array. The first that cannot be sent, be it that it is
    /// too large or the local queue full, is refused and all after it with the same code, so that sending them again
    /// keeps the order. What the brokers refuse, or what times out, does not stop those after it.
    public func send(_ records: [KafkaRecord]) async -> [Result<KafkaDelivery, KafkaError>] {
        guard !records.isEmpty else { return [] }
        return await metrics.measure { await deliver(records) }
    }

    private func deliver(_ records: [KafkaRecord]) async -> [Result<KafkaDelivery, KafkaError>] {
        let batch = state.withLock { $0.pending.reserve() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                guard let client = open(batch, count: records.count, caller: caller) else { return }
                // A cancellation until here found nothing to cancel; one from here on finds the batch.
                if Task.isCancelled { cancel(batch) } else { enqueue(records, as: batch, on: client) }
            }
        } onCancel: {
            cancel(batch)
        }
    }

    /// Asks the cluster for its metadata: an answer means that it can be reached. Calls at the same time share one
    /// question; it takes 3 s at most.
    ///
    /// - Throws: ``KafkaError`` with code `brokerUnavailable` or `timedOut`.
    public func ping() async throws(KafkaError) {
        try await probe.ask(state.withLock { $0.client })
    }
}

// MARK: - Callers

extension KafkaProducer {
    /// Lets the caller wait, unless the producer is closed; then the caller is answered at once.
    private func open(_ batch: UInt32, count: Int, caller: PendingDeliveries.Caller) -> Client? {
        let client = state.withLock { state -> Client? in
            guard case .open = state.phase else { return nil }
            state.pending.add(batch, count: count, caller: caller)
            return state.client
        }
        if client == nil {
            caller.resume(returning: Array(repeating: .failure(Self.closedError), count: count))
        }
        return client
    }

    private func enqueue(_ records: [KafkaRecord], as batch: UInt32, on client: Client) {
        var refusal: KafkaError?
        for (index, record) in records.enumerated() {
            let ticket = PendingDeliveries.Ticket(batch: batch, index: index)
            guard let error = refusal ?? client.enqueue(record, tag: ticket.tag) else { continue }
            refusal = error
            state.withLock { $0.pending.settle(ticket, .failure(error)) }?.resume()
        }
    }

    private func cancel(_ batch: UInt32) {
        let error = KafkaError(.cancelled, "the sender was cancelled; Kafka may store the record all the same")
        state.withLock { $0.pending.remove(batch, missing: error) }?.resume()
    }

    private static var closedError: KafkaError {
        KafkaError(.closed, "the Kafka producer is shut down; what was not acknowledged may have to be sent again")
    }
}

// MARK: - The serving thread

extension KafkaProducer {
    private static func client(
        _ properties: [(name: String, value: String)], logger: Logger
    ) throws(KafkaError) -> Client {
        try Client(RD_KAFKA_PRODUCER, properties: properties, events: RD_KAFKA_EVENT_DR, logger: logger)
    }

    private func start() throws(KafkaError) {
        let mayStart = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard mayStart else { throw KafkaError(.closed, "a Kafka producer runs once: make a new one") }
    }

    private func drain(for budget: Duration) {
        let client = state.withLock { state -> Client? in
            let deadline = clock.now + budget
            switch state.phase {
            case .open: break
            case .draining(let until) where deadline < until: break
            case .draining, .closed: return nil
            }
            state.phase = .draining(until: deadline)
            return state.client
        }
        client?.events.wake()
    }

    /// Serves one client after another until the producer is drained.
    private func serve() throws(KafkaError) {
        defer { close() }
        while true {
            let startedAt = clock.now
            let client = state.withLock { $0.client }
            guard let error = serve(client) else { return }
            logger.error("Kafka producer is replaced", metadata: [LogKey.error: "\(error)"])
            answerAll(error)
            if clock.now - startedAt < shortLife { rest(on: client) }
            let successor = try Self.client(properties, logger: logger)
            state.withLock { $0.client = successor }
        }
    }

    /// Serves a client until the producer is drained, or until the client's fatal error.
    ///
    /// The thread blocks inside librdkafka's own queue. So an event costs one wake-up and there is nothing to poll at
    /// intervals: `wake()` ends the wait even when it came first.
    private func serve(_ client: Client) -> KafkaError? {
        var log = ClientLog(logger: logger)
        while let wait = timeToWait() {
            guard let event = client.events.poll(milliseconds: wait) else { continue }
            switch event.kind {
            case RD_KAFKA_EVENT_DR: report(event)
            default: log.report(event)
            }
            if event.kind == RD_KAFKA_EVENT_ERROR, let error = client.fatalError { return error }
        }
        return nil
    }

    /// Waits for a second, or until the producer is drained, on the queue of a client that is no more.
    private func rest(on client: Client) {
        let end = clock.now + Self.pause
        while clock.now < end, state.withLock({ if case .open = $0.phase { true } else { false } }) {
            _ = client.events.poll(milliseconds: Int32((end - clock.now) / .milliseconds(1)) + 1)
        }
    }

    /// How long to block for an event, in milliseconds; nil when the producer is drained.
    private func timeToWait() -> Int32? {
        state.withLock { state in
            switch state.phase {
            case .open: return -1
            case .closed: return nil
            case .draining(let until):
                let left = until - clock.now
                guard !state.pending.isEmpty, left > .zero else { return nil }
                return Int32(left / .milliseconds(1)) + 1
            }
        }
    }

    private func report(_ event: borrowing Event) {
        var outcomes: [(PendingDeliveries.Ticket, PendingDeliveries.Outcome)] = []
        event.forEachMessage { message in
            outcomes.append((.init(tag: UInt(bitPattern: message.pointee._private)), message.pointee.outcome))
        }
        let answered = state.withLock { state in
            outcomes.compactMap { state.pending.settle($0.0, $0.1) }
        }
        answered.forEach { $0.resume() }
    }

    private func close() {
        state.withLock { $0.phase = .closed }
        answerAll(Self.closedError)
    }

    private func answerAll(_ error: KafkaError) {
        let answered = state.withLock { $0.pending.removeAll(missing: error) }
        answered.forEach { $0.resume() }
    }
}

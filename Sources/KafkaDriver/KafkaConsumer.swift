internal import CRdKafka
public import Logging
public import ServiceLifecycle
internal import Synchronization

/// Reads topics as a member of a consumer group, at least once: only ``commit(_:)`` moves the group forward.
///
/// Run it as a service, and read ``messages`` in another task. A slow reader stops the fetching and stays in the group:
/// rebalances are librdkafka's work, and the consumer's thread shows the signs of life that the group asks for.
///
/// In a `ServiceGroup`, list the service that reads before the consumer: services are shut down from the last to the
/// first, and the reader ends by itself once the consumer has ended ``messages``.
public final class KafkaConsumer: Service, Sendable {
    static let bufferLimit = 256
    static let commitTimeout = Duration.seconds(10)
    private static let readerBudget = Duration.seconds(10)

    enum Phase {
        case open
        /// The sequence has ended; its reader may finish and commit the message in hand.
        case finishing(until: ContinuousClock.Instant)
        case closed
    }

    struct State {
        /// Nil once closed: the consumer's thread lets go of it, since a client may take its time to end.
        var client: Client?
        var phase = Phase.open
        var isRunning = false
        var buffer: MessageBuffer
        var commits = PendingCommits()
    }

    let topics: [String]
    let group: String
    let state: Mutex<State>
    let wakeup: Wakeup
    let logger: Logger
    let clock = ContinuousClock()

    /// Checks the configuration and starts a client. It joins the group only in ``run()``.
    ///
    /// A group that never committed starts at the beginning of its topics. A topic may be made later; it is noticed
    /// within 10 s.
    ///
    /// - Throws: ``KafkaError`` with code `configuration`.
    public convenience init(
        configuration: KafkaConfiguration, group: String, topics: [String], logger: Logger
    ) throws(KafkaError) {
        try self.init(
            configuration: configuration, group: group, topics: topics, bufferLimit: Self.bufferLimit, logger: logger)
    }

    init(
        configuration: KafkaConfiguration, group: String, topics: [String], bufferLimit: Int, logger: Logger
    ) throws(KafkaError) {
        let properties = try configuration.merged(
            defaults: [
                "auto.offset.reset": "earliest",
                "queued.max.messages.kbytes": "16384",
                "topic.metadata.refresh.interval.ms": "10000",
            ],
            fixed: ["group.id": group, "enable.auto.commit": "false", "enable.auto.offset.store": "false"])
        self.topics = topics
        self.group = group
        self.logger = logger
        wakeup = try Wakeup()
        let client = try Client(
            RD_KAFKA_CONSUMER, properties: properties, events: RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_OFFSET_COMMIT,
            logger: logger)
        state = Mutex(State(client: client, buffer: MessageBuffer(limit: bufferLimit)))
    }

    /// The messages of the topics; for one reader at a time.
    public var messages: KafkaMessages { KafkaMessages(consumer: self) }

    /// Joins the group and fetches messages until the service is shut down or cancelled, then leaves the group.
    ///
    /// A graceful shutdown ends ``messages`` and waits up to 10 s until the reader has seen the end, so that it can
    /// commit what it has in hand; a cancellation does not wait. Leaving the group takes 10 s at most, and ending the
    /// client 3 s. What was fetched and not read goes to the next member.
    ///
    /// - Throws: ``KafkaError`` with code `fatal`; `closed` when the consumer runs already or ran before.
    public func run() async throws {
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await OwnThread.run(named: "kafka-consumer") { () throws(KafkaError) in try self.serve() }
            } onGracefulShutdown: {
                self.finish(within: Self.readerBudget)
            }
        } onCancel: {
            self.finish(within: .zero)
        }
    }

    /// Commits that this message and all before it in its partition are done, and waits for the group's coordinator.
    ///
    /// - Throws: ``KafkaError``; `partitionLost` when another member reads the partition now, `timedOut` after 10 s,
    ///   `cancelled` as soon as the caller's task is, `closed` once the consumer has left the group. A commit that
    ///   failed need not be repeated: the next one of the partition covers it.
    public func commit(_ message: KafkaMessage) async throws(KafkaError) {
        let number = state.withLock { $0.commits.reserve() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                guard let client = open(number, caller: caller) else { return }
                if Task.isCancelled {
                    cancelCommit(number)
                } else if let error = client.commit(message, tag: number) {
                    answer(number, .failure(error))
                }
                // The thread then waits no longer than the new commit's deadline.
                wakeup.signal()
            }
        } onCancel: {
            cancelCommit(number)
        }
        try result.get()
    }
}

// MARK: - Callers

extension KafkaConsumer {
    func nextMessage() async throws(KafkaError) -> KafkaMessage? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let taken = state.withLock { $0.buffer.take(for: reader) }
                switch taken {
                case .message(let message, let makesRoom):
                    if makesRoom { wakeup.signal() }
                    reader.resume(returning: .success(message))
                case .end(let result):
                    wakeup.signal()
                    reader.resume(returning: result)
                case .nothingYet:
                    if Task.isCancelled { cancelReader() }
                }
            }
        } onCancel: {
            cancelReader()
        }
        return try result.get()
    }

    func attachReader() {
        let isFirst = state.withLock { $0.buffer.attachReader() }
        precondition(isFirst, "a Kafka consumer has one reader: two would each see half of the messages")
    }

    func detachReader() {
        state.withLock { $0.buffer.detachReader() }
        wakeup.signal()
    }

    private func cancelReader() {
        state.withLock { $0.buffer.cancelReader() }?.resume(returning: .success(nil))
    }

    /// Lets the caller wait, unless the consumer has left the group; then the caller is answered at once.
    private func open(_ number: UInt, caller: PendingCommits.Caller) -> Client? {
        let client = state.withLock { state in
            if state.client != nil {
                state.commits.add(number, caller: caller, deadline: clock.now + Self.commitTimeout)
            }
            return state.client
        }
        if client == nil { caller.resume(returning: .failure(Self.closedError)) }
        return client
    }

    private func cancelCommit(_ number: UInt) {
        answer(
            number,
            .failure(KafkaError(.cancelled, "the commit's caller was cancelled; it may take place all the same")))
    }

    func answer(_ number: UInt, _ result: Result<Void, KafkaError>) {
        state.withLock { $0.commits.remove(number) }?.resume(returning: result)
    }

    static var closedError: KafkaError {
        KafkaError(.closed, "the Kafka consumer has left its group; the message comes again to the next member")
    }
}

internal import KafkaDriver
internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Takes messages from the consumer, has the mailroom handle several at a time, and commits what is done.
final class MailFeed: Service {
    private let consumer: KafkaConsumer
    private let mailroom: Mailroom
    private let logger: Logger
    private let progress = Mutex(DeliveryProgress<KafkaMessage>())

    init(consumer: KafkaConsumer, mailroom: Mailroom, logger: Logger) {
        self.consumer = consumer
        self.mailroom = mailroom
        self.logger = logger
    }

    /// Works until graceful shutdown or the end of the messages.
    func run() async throws {
        // One signal is enough, however many messages have ended: the committer takes them all.
        let (ends, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        async let commits: Void = commit(ends)
        try await handleMessages(signal)
        signal.finish()
        await commits
    }

    private func handleMessages(_ ended: AsyncStream<Void>.Continuation) async throws {
        try await withThrowingTaskGroup(of: String.self) { deliveries in
            var lanesInUse: Set<String> = []
            for try await message in consumer.messages.cancelOnGracefulShutdown() {
                let letter = Letter(message)
                let lane = letter.lane
                while mustWait(lane, behind: lanesInUse), let done = try await deliveries.next() {
                    lanesInUse.remove(done)
                }
                progress.withLock { $0.start(message, at: message.position) }
                lanesInUse.insert(lane)
                deliveries.addTask { [self] in
                    if await mailroom.handle(letter) != .interrupted { finish(message, ended) }
                    return lane
                }
            }
            try await deliveries.waitForAll()
        }
    }

    private func mustWait(_ lane: String, behind lanesInUse: Set<String>) -> Bool {
        lanesInUse.count >= Notifier.mailsInFlight || lanesInUse.contains(lane)
            || progress.withLock { $0.count } >= Notifier.uncommittedMessages
    }

    private func finish(_ message: KafkaMessage, _ ended: AsyncStream<Void>.Continuation) {
        progress.withLock { $0.finish(message.position) }
        ended.yield()
    }

    /// Commits what has ended since the last commit, one commit at a time, so that none overtakes another.
    private func commit(_ ends: AsyncStream<Void>) async {
        for await _ in ends {
            for message in progress.withLock({ $0.takeCommittable() }) {
                do {
                    try await consumer.commit(message)
                } catch {
                    // The next commit of the partition covers this one; until then the inbox knows these messages.
                    logger.warning("Handled message not committed", metadata: message.facts.adding(.error, error))
                }
            }
        }
    }
}

extension KafkaMessage {
    fileprivate var position: MessagePosition {
        MessagePosition(topic: topic, partition: partition, offset: offset)
    }
}

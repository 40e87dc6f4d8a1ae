internal import KafkaDriver
internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Takes messages from the consumer, has the mailroom handle several at a time, and commits what is done.
///
/// Only the bounds of `Notifier` hold up the reader. What must wait for another mail of its booking waits in its lane, so
/// that a mail that keeps failing holds up no other booking's.
final class MailFeed: Service {
    private let consumer: KafkaConsumer
    private let mailroom: Mailroom
    private let logger: Logger
    private let progress = Mutex(DeliveryProgress<KafkaMessage>())
    private let lanes = Mutex(MailLanes())

    init(consumer: KafkaConsumer, mailroom: Mailroom, logger: Logger) {
        self.consumer = consumer
        self.mailroom = mailroom
        self.logger = logger
    }

    /// Works until graceful shutdown or the end of the messages, and lets the tries that have begun end.
    func run() async {
        guard await mailroom.open() else { return }
        // One signal is enough, however many messages have ended: the committer takes them all.
        let (ends, ended) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        async let commits: Void = commit(ends)
        await readMessages(ended)
        ended.finish()
        await commits
    }

    private func readMessages(_ ended: AsyncStream<Void>.Continuation) async {
        // Likewise: the reader looks anew whether there is room.
        let (vacancies, vacated) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var vacancy = vacancies.makeAsyncIterator()
        await withDiscardingTaskGroup { deliveries in
            do {
                for try await message in consumer.messages.cancelOnGracefulShutdown() {
                    let letter = Letter(message)
                    while mustWait(letter), await vacancy.next() != nil {}
                    progress.withLock { $0.start(message, at: message.position) }
                    guard lanes.withLock({ $0.add(letter) }) else { continue }
                    deliveries.addTask { [self] in
                        await handle(letter) {
                            ended.yield()
                            vacated.yield()
                        }
                    }
                }
            } catch {
                // The consumer's end, which its own `run` throws. Thrown here too, it would cancel deliveries, and a mail
                // may be out that the inbox does not know yet.
            }
        }
    }

    private func mustWait(_ letter: Letter) -> Bool {
        let isFull = progress.withLock { $0.count } >= Notifier.uncommittedMessages
        return lanes.withLock { lanes in
            !lanes.isClosed && (isFull || !lanes.isBusy(letter.lane) && lanes.count >= Notifier.mailsInFlight)
        }
    }

    /// Handles a letter and those that come into its lane meanwhile, in turn.
    private func handle(_ first: Letter, onEach: () -> Void) async {
        var current: Letter? = first
        while let letter = current {
            let outcome = await mailroom.handle(letter)
            if outcome != .interrupted { progress.withLock { $0.finish(letter.message.position) } }
            current = lanes.withLock { lanes in
                if outcome == .interrupted || Task.isShuttingDownGracefully { lanes.close() }
                return lanes.next(in: first.lane)
            }
            onEach()
        }
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

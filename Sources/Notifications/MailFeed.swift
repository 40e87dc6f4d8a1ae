internal import KafkaDriver
internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Takes messages from the consumer, has their mails delivered, several at a time, and commits what is done.
final class MailFeed: Service {
    let logger: Logger

    private let consumer: KafkaConsumer
    private let renderer: MailRenderer
    private let delivery: MailDelivery
    private let progress = Mutex(DeliveryProgress<KafkaMessage>())

    init(consumer: KafkaConsumer, renderer: MailRenderer, delivery: MailDelivery, logger: Logger) {
        self.consumer = consumer
        self.renderer = renderer
        self.delivery = delivery
        self.logger = logger
    }

    /// Works until graceful shutdown or the end of the messages.
    func run() async throws {
        // One signal is enough, however many messages have ended: the committer takes them all.
        let (ends, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        async let commits: Void = commit(ends)
        try await deliverMessages(signal)
        signal.finish()
        await commits
    }

    private func deliverMessages(_ ended: AsyncStream<Void>.Continuation) async throws {
        try await withThrowingTaskGroup(of: String.self) { deliveries in
            var bookingsInFlight: Set<String> = []
            for try await message in consumer.messages.cancelOnGracefulShutdown() {
                let notice = notice(message)
                let booking = notice?.booking.bookingID
                while mustWait(booking, behind: bookingsInFlight), let done = try await deliveries.next() {
                    bookingsInFlight.remove(done)
                }
                progress.withLock { $0.start(message, at: message.position) }
                guard let notice, let booking else {
                    finish(message, ended)
                    continue
                }
                bookingsInFlight.insert(booking)
                deliveries.addTask { [self] in
                    await deliver(notice, of: message, ended)
                    return booking
                }
            }
            try await deliveries.waitForAll()
        }
    }

    private func mustWait(_ booking: String?, behind bookingsInFlight: Set<String>) -> Bool {
        bookingsInFlight.count >= Notifier.mailsInFlight
            || booking.map(bookingsInFlight.contains) == true
            || progress.withLock { $0.count } >= Notifier.uncommittedMessages
    }

    /// What to tell a customer; nil when there is nothing to tell or no way to read it.
    private func notice(_ message: KafkaMessage) -> BookingNotice? {
        do {
            return try BookingNotice(message)
        } catch {
            logger.error("Malformed booking event skipped", metadata: message.facts.adding(.reason, error))
            return nil
        }
    }

    private func deliver(
        _ notice: BookingNotice, of message: KafkaMessage, _ ended: AsyncStream<Void>.Continuation
    ) async {
        let mail = renderer.mail(for: notice)
        switch await delivery.deliver(mail, logging: message.facts.adding(.event, notice.id)) {
        case .sent, .undeliverable: finish(message, ended)
        case .interrupted: break
        }
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
                    // The next commit of the partition covers this one; until then a crash repeats the mails.
                    logger.warning("Sent mail not committed", metadata: message.facts.adding(.error, error))
                }
            }
        }
    }
}

extension KafkaMessage {
    fileprivate var position: MessagePosition {
        MessagePosition(topic: topic, partition: partition, offset: offset)
    }

    fileprivate var facts: Logger.Metadata {
        [:].adding(.topic, topic).adding(.partition, partition).adding(.offset, offset)
    }
}

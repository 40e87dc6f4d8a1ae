public import KafkaDriver
public import Logging
internal import Metrics
public import ServiceLifecycle

/// Tells customers by mail what became of their bookings.
///
/// It reads booking events from Kafka, handles up to `mailsInFlight` at a time, and commits a message when it, and every
/// message before it in its partition, is done: its mail is out, or it is a dead letter. So none is lost, whatever dies.
/// A message that comes again, after a crash, to another member, or from the outbox, finds its event in the inbox, and
/// its mail is not sent again. What remains: a crash after the transport has said "sent" and before the inbox knows
/// repeats that one mail, with the `Message-ID` that it had. The mails of one booking go out in the order of its events.
public final class Notifier: Service {
    /// The consumer group, the same for every node, so that they share the work.
    public static let group = "usher.notifications"
    /// The topic with the bookings' events.
    public static let topic = "usher.bookings"
    /// The most messages handled at a time.
    static let mailsInFlight = 64
    /// The most messages read but not committed: how far the rest may run ahead of one mail that keeps failing.
    static let uncommittedMessages = 1_024

    /// A consumer that broke sooner after its start is followed by a longer pause than the one before it.
    private static let shortLife = Duration.seconds(60)

    /// Of a mail's policy only the delays, which suit: a consumer that comes back too soon ousts others, too.
    private static let pauses = RetryPolicy()

    private let mailroom: Mailroom
    private let logger: Logger
    private let newConsumer: @Sendable () throws -> KafkaConsumer
    private let restarts = Counter(label: "usher_notifier_restarts_total")

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - mailroom: Sends the mails.
    ///   - logger: Gets a line for each consumer that breaks.
    ///   - newConsumer: Makes a consumer of `topic`, in `group`, at the start and whenever the last one broke.
    public init(mailroom: Mailroom, logger: Logger, newConsumer: @escaping @Sendable () throws -> KafkaConsumer) {
        self.mailroom = mailroom
        self.logger = logger
        self.newConsumer = newConsumer
    }

    /// Sends mail until graceful shutdown, which lets the tries that have begun end and commits what is done.
    ///
    /// A consumer can break for good: another process came under its name, or the broker has forgotten it. Then the tries
    /// that have begun end likewise, and a new consumer takes over after half a second, or up to a minute when they keep
    /// breaking.
    ///
    /// - Throws: What is wrong with the configuration of the first consumer.
    public func run() async throws {
        var consumer = try newConsumer()
        var random = SystemRandomNumberGenerator()
        var breaks = 0
        while true {
            let start = ContinuousClock.now
            do {
                return try await sendMails(from: consumer)
            } catch {
                breaks = ContinuousClock.now - start < Self.shortLife ? breaks + 1 : 1
                let pause = Self.pauses.delay(afterTry: breaks, using: &random)
                logger.error(
                    "The notifier's consumer broke, a new one follows",
                    metadata: [:].adding(.error, "\(error)").adding(.pause, pause))
                guard await mailroom.patience.pause(pause) else { return }
            }
            let successor = await mailroom.patience.untilDone("The notifier has no consumer", [:], newConsumer)
            guard let successor else { return }
            restarts.increment()
            consumer = successor
        }
    }

    private func sendMails(from consumer: KafkaConsumer) async throws {
        let feed = MailFeed(consumer: consumer, mailroom: mailroom, logger: logger)
        // They stop in reverse: the feed commits its last mails while the consumer is still in the group. When the
        // consumer breaks they stop too, rather than be cancelled in the middle of a try.
        let services: [any Service] = [mailroom.pruning, consumer, feed]
        let group = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            logger: logger)
        try await ServiceGroup(configuration: group).run()
    }
}

public import KafkaDriver
public import Logging
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

    private let services: [any Service]
    private let logger: Logger

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - consumer: Of `topic`, in `group`. The notifier runs it; don't run it elsewhere.
    ///   - mailroom: Sends the mails.
    public init(consumer: KafkaConsumer, mailroom: Mailroom, logger: Logger) {
        let feed = MailFeed(consumer: consumer, mailroom: mailroom, logger: logger)
        // Services stop in reverse: the feed commits its last mails while the consumer is still in the group.
        services = [mailroom.pruning, consumer, feed]
        self.logger = logger
    }

    /// Sends mail until graceful shutdown, which lets the tries that have begun end and commits what is done.
    ///
    /// - Throws: The consumer's fatal error.
    public func run() async throws {
        try await ServiceGroup(services: services, logger: logger).run()
    }
}

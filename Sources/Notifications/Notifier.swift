public import KafkaDriver
public import Logging
public import ServiceLifecycle

/// Tells customers by mail what became of their bookings.
///
/// It reads booking events from Kafka, sends up to `mailsInFlight` mails at a time, and commits a message when its mail,
/// and every mail before it in its partition, is out or given up. So a crash repeats some mails, with the ids that they
/// had, and loses none. The mails of one booking go out in the order of its events.
public final class Notifier: Service {
    /// The consumer group, the same for every node, so that they share the work.
    public static let group = "usher.notifications"
    /// The topic with the bookings' events.
    public static let topic = "usher.bookings"
    /// The most mails on their way at a time.
    static let mailsInFlight = 64
    /// The most messages read but not committed: how far the rest may run ahead of one mail that keeps failing, and so
    /// the most mails that a crash can repeat.
    static let uncommittedMessages = 1_024

    private let consumer: KafkaConsumer
    private let feed: MailFeed

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - consumer: Of `topic`, in `group`. The notifier runs it; don't run it elsewhere.
    ///   - transport: Where the mails go.
    ///   - sender: The `From` of every mail.
    ///   - retry: When a mail is tried again after a transient failure.
    ///   - clock: Measures the delays between tries.
    ///   - logger: Gets one line for a mail given up and for a message that cannot be read; never an address.
    /// - Throws: When a built-in template does not compile.
    public init(
        consumer: KafkaConsumer, transport: any MailTransport, sender: MailAddress, retry: RetryPolicy = RetryPolicy(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger
    ) throws {
        self.consumer = consumer
        feed = MailFeed(
            consumer: consumer, renderer: try MailRenderer(sender: sender),
            delivery: MailDelivery(transport: transport, retry: retry, clock: clock, logger: logger), logger: logger)
    }

    /// Sends mail until graceful shutdown, which lets the tries that have begun end and commits what is out.
    ///
    /// - Throws: The consumer's fatal error.
    public func run() async throws {
        // Services stop in reverse: the feed commits its last mails while the consumer is still in the group.
        let services = ServiceGroup(services: [consumer, feed], logger: feed.logger)
        try await services.run()
    }
}

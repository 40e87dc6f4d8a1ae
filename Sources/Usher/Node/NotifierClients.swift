import KafkaDriver
import Logging
import Notifications
import PostgresDriver
import Tickets

/// Makes what sends mails.
struct NotifierClients {
    let configuration: UsherConfiguration
    let kafka: KafkaClients
    let postgres: PostgresClient
    let producer: KafkaProducer
    let logger: Logger

    /// The notifier.
    ///
    /// - Parameter member: Names this notifier among all of the group, and in the inbox. A process that starts after a
    ///   crash takes its predecessor's place under the same name at once, rather than when the brokers have missed it.
    func notifier(member: String) throws -> Notifier {
        Notifier(mailroom: try mailroom(member: member), logger: logger) { [kafka] in
            try kafka.consumer(group: Notifier.group, topic: Notifier.topic, member: member)
        }
    }

    /// The second and last try of mails that were given up.
    ///
    /// - Parameter member: Another name than that of any notifier.
    func replay(member: String) throws -> DeadLetterReplay {
        let consumer = try kafka.consumer(group: DeadLetterReplay.group, topic: Mailroom.deadLetterTopic)
        let mailroom = try mailroom(member: member, retry: RetryPolicy(maximumTries: 1))
        return DeadLetterReplay(consumer: consumer, mailroom: mailroom, logger: logger)
    }

    private func mailroom(member: String, retry: RetryPolicy = RetryPolicy()) throws -> Mailroom {
        Mailroom(
            member: member, transport: try configuration.mail.transport(), inbox: PostgresInbox(client: postgres),
            producer: producer,
            sender: try configuration.mail.sender(), signer: try TicketSigner(secret: configuration.ticketSecret.text),
            retry: retry,
            logger: logger)
    }
}

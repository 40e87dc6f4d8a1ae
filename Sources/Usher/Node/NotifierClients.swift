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
        let consumer = try kafka.consumer(group: Notifier.group, topic: Notifier.topic, member: member)
        return Notifier(consumer: consumer, mailroom: try mailroom(member: member), logger: logger)
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
        let mail = configuration.mail
        guard let sender = MailAddress(mail.from) else { throw SenderError(address: mail.from) }
        return try Mailroom(
            member: member, transport: try transport(mail), inbox: PostgresInbox(client: postgres), producer: producer,
            sender: sender, signer: try TicketSigner(secret: configuration.ticketSecret.text), retry: retry,
            logger: logger)
    }

    /// SMTP or a function when one of them is configured, and else a folder.
    private func transport(_ mail: UsherConfiguration.Mail) throws -> any MailTransport {
        if let smtp = mail.smtpURL {
            SMTPTransport(configuration: try SMTPConfiguration(url: smtp.text))
        } else if let function = mail.functionURL {
            FunctionTransport(configuration: try FunctionConfiguration(url: function.text))
        } else {
            try MaildirTransport(directory: mail.directory)
        }
    }
}

private struct SenderError: Error, CustomStringConvertible {
    let address: String
    var description: String { "USHER_MAIL_FROM is \"\(address)\", which is no e-mail address." }
}

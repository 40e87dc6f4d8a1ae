import BookingStores
import KafkaDriver
import Logging
import Notifications
import PostgresDriver
import RedisDriver
import ServiceLifecycle

/// A node's connections to its servers.
struct StoreClients {
    let postgres: PostgresClient
    let redis: RedisClient
    let producer: KafkaProducer
    let kafka: KafkaClients

    init(_ configuration: UsherConfiguration, logger: Logger) throws {
        postgres = try Self.postgres(configuration, logger: logger)
        redis = RedisClient(configuration: try RedisConfiguration(url: configuration.redisURL.text), logger: logger)
        kafka = KafkaClients(configuration, logger: logger)
        producer = try kafka.producer()
    }

    /// All of them, to be run before what uses them.
    var services: [any Service] { [postgres, redis, producer] }

    static func postgres(_ configuration: UsherConfiguration, logger: Logger) throws -> PostgresClient {
        var postgres = try PostgresConfiguration(url: configuration.database.url.text)
        postgres.connections = configuration.database.connections
        return PostgresClient(configuration: postgres, logger: logger)
    }
}

/// Makes what speaks to Kafka.
struct KafkaClients {
    private static let bookingPartitions = 8

    private let kafka: KafkaConfiguration
    private let logger: Logger

    init(_ configuration: UsherConfiguration, logger: Logger) {
        kafka = KafkaConfiguration(brokers: configuration.kafkaBrokers)
        self.logger = logger
    }

    func producer() throws -> KafkaProducer {
        try KafkaProducer(configuration: kafka, logger: logger)
    }

    /// Sees to it that the topic of bookings is there, however long Kafka is away.
    func topics() throws -> some Service {
        let admin = try KafkaAdmin(configuration: kafka, logger: logger)
        return TopicCreation(
            admin: admin, topics: [KafkaTopic(name: KafkaEventPublisher.topic, partitions: Self.bookingPartitions)],
            logger: logger)
    }

    /// The notifier, sending by SMTP when that is configured and into a folder when it is not.
    ///
    /// - Parameter member: Names this notifier among all of the group. A process that starts after a crash takes its
    ///   predecessor's place under the same name at once, rather than when the brokers have missed it.
    func notifier(_ mail: UsherConfiguration.Mail, member: String) throws -> Notifier {
        guard let sender = MailAddress(mail.from) else { throw SenderError(address: mail.from) }
        let transport: any MailTransport =
            if let smtp = mail.smtpURL {
                SMTPTransport(configuration: try SMTPConfiguration(url: smtp.text))
            } else {
                try MaildirTransport(directory: mail.directory)
            }
        var membership = kafka
        membership.properties["group.instance.id"] = member
        let consumer = try KafkaConsumer(
            configuration: membership, group: Notifier.group, topics: [Notifier.topic], logger: logger)
        return try Notifier(consumer: consumer, transport: transport, sender: sender, logger: logger)
    }
}

private struct SenderError: Error, CustomStringConvertible {
    let address: String
    var description: String { "USHER_MAIL_FROM is \"\(address)\", which is no e-mail address." }
}

/// Creates topics, trying again until the brokers answer.
private struct TopicCreation: Service {
    let admin: KafkaAdmin
    let topics: [KafkaTopic]
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown(createTopics)
        try? await gracefulShutdown()
    }

    private func createTopics() async throws {
        var pause = Duration.milliseconds(200)
        while !Task.isCancelled {
            do {
                return try await admin.createTopics(topics)
            } catch  where !Task.isCancelled {
                logger.warning("Kafka's topics are not there yet", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(10))
            }
        }
    }
}

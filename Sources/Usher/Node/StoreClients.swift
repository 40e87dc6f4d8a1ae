import Booking
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
    /// Nil when payments are simulated.
    let stripe: StripeGateway?

    init(_ configuration: UsherConfiguration, logger: Logger) throws {
        postgres = try Self.postgres(configuration, logger: logger)
        redis = RedisClient(configuration: try RedisConfiguration(url: configuration.redisURL.text), logger: logger)
        kafka = KafkaClients(configuration, logger: logger)
        producer = try kafka.producer()
        // Last: whoever makes it must run it, to close its connections.
        stripe =
            if case .stripe(let url, let key, _) = configuration.payment.gateway {
                StripeGateway(
                    configuration: StripeConfiguration(
                        url: url.text, secretKey: key.text, timeout: configuration.payment.timeout),
                    clock: SystemBookingClock(), logger: logger)
            } else {
                nil
            }
    }

    /// All of them, to be run before what uses them.
    var services: [any Service] {
        let stores: [any Service] = [postgres, redis, producer]
        return stores + (stripe.map { [$0] } ?? [])
    }

    /// While the database is away customers are told so, rather than kept waiting.
    private static let outageTimeout = Duration.milliseconds(250)

    static func postgres(_ configuration: UsherConfiguration, logger: Logger) throws -> PostgresClient {
        var postgres = try PostgresConfiguration(url: configuration.database.url.text)
        postgres.connections = configuration.database.connections
        postgres.outageTimeout = outageTimeout
        return PostgresClient(configuration: postgres, logger: logger)
    }
}

/// Makes what speaks to Kafka.
struct KafkaClients {
    /// What a node sees to that is there.
    static let topics = [
        KafkaTopic(name: KafkaEventPublisher.topic, partitions: 8), KafkaTopic(name: Mailroom.deadLetterTopic),
    ]

    private let kafka: KafkaConfiguration
    private let logger: Logger

    init(_ configuration: UsherConfiguration, logger: Logger) {
        kafka = KafkaConfiguration(brokers: configuration.kafkaBrokers)
        self.logger = logger
    }

    func producer() throws -> KafkaProducer {
        try KafkaProducer(configuration: KafkaEventPublisher.withoutTimeout(kafka), logger: logger)
    }

    /// All that a topic has now, partition by partition.
    func log(of topic: String) async throws -> [KafkaMessage] {
        try await KafkaTopicReader(configuration: kafka, logger: logger).messages(of: topic)
    }

    /// Sees to it that the topics are there, however long Kafka is away.
    func topics() throws -> some Service {
        let admin = try KafkaAdmin(configuration: kafka, logger: logger)
        return TopicCreation(admin: admin, topics: Self.topics, logger: logger)
    }

    /// - Parameter member: Names a static member of the group; nil for one that comes and goes.
    func consumer(group: String, topic: String, member: String? = nil) throws -> KafkaConsumer {
        var membership = kafka
        membership.properties["group.instance.id"] = member
        return try KafkaConsumer(configuration: membership, group: group, topics: [topic], logger: logger)
    }
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

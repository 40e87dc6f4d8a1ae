import Accounts
import Booking
import BookingStores
import Catalog
import Foundation
import HTTPAPI
import Hummingbird
import KafkaDriver
import Logging
import PostgresDriver
import RedisDriver
import ServiceLifecycle

/// One node: takes its shards, takes up what an earlier process left, and then serves.
struct BookingNode: Service {
    let configuration: UsherConfiguration
    let clients: StoreClients
    let loadsDemoData: Bool
    let logger: Logger

    private let clock = SystemBookingClock()

    init(configuration: UsherConfiguration, clients: StoreClients, loadsDemoData: Bool, logger: Logger) {
        self.configuration = configuration
        self.clients = clients
        self.loadsDemoData = loadsDemoData
        self.logger = logger
    }

    func run() async throws {
        try await DatabaseSchema.migrate(clients.postgres, logger: logger)
        let accounts = Accounts(
            postgres: clients.postgres,
            hasher: try PasswordHasher(
                cost: configuration.bcryptCost, threads: ProcessInfo.processInfo.activeProcessorCount),
            now: { clock.timestamp })
        let catalog = Catalog(postgres: clients.postgres)
        if loadsDemoData { try await DemoData.load(into: accounts, catalog, at: clock.timestamp) }

        let engine = try await BookingEngine(
            configuration: configuration, clients: clients, catalog: catalog, clock: clock, logger: logger)
        try await engine.service.recover()
        try await serve(accounts: accounts, catalog: catalog, engine: engine)
    }

    private func serve(accounts: Accounts, catalog: Catalog, engine: BookingEngine) async throws {
        let tokens = try await Tokens(
            secret: configuration.jwt.secret.text, lifetime: configuration.jwt.ttl, now: { clock.timestamp })
        let idempotencyStore = PostgresIdempotencyStore(client: clients.postgres)
        let api = HTTPAPI(
            accounts: accounts, tokens: tokens, catalog: catalog, bookings: engine.service,
            idempotencyStore: idempotencyStore, paymentNotices: configuration.payment.notices(clock: clock),
            readiness: readiness(engine.directory),
            configuration: HTTPConfiguration(configuration.http), clock: clock, logger: logger)
        var services = engine.services + [try clients.kafka.topics()]
        services.append(IdempotencyPruner(store: idempotencyStore, clock: clock, logger: logger))
        if configuration.notificationsEnabled {
            let notifiers = NotifierClients(
                configuration: configuration, kafka: clients.kafka, postgres: clients.postgres,
                producer: clients.producer, logger: logger)
            services.append(try notifiers.notifier(member: "\(configuration.nodeName)-serve"))
        }
        services.append(
            api.application { port in
                Greeting(host: configuration.http.host, port: port, showsDemo: loadsDemoData).print()
            })
        try await ServiceGroup(services: services, logger: logger).run()
    }

    private func readiness(_ directory: InventoryDirectory) -> [ReadinessCheck] {
        let clients = clients
        return [
            ReadinessCheck(name: "postgresql") { await clients.postgres.isConnected },
            ReadinessCheck(name: "redis", isRequired: false) { clients.redis.isConnected },
            ReadinessCheck(name: "kafka", isRequired: false) { (try? await clients.producer.ping()) != nil },
            ReadinessCheck(name: "holds", isRequired: false) { directory.unbackedHolds == 0 },
        ]
    }
}

extension UsherConfiguration.Payment {
    fileprivate func notices(clock: any BookingClock) -> (any PaymentNoticeReader)? {
        guard case .stripe(_, _, let secret?) = gateway else { return nil }
        return StripeWebhook(secret: secret.text, clock: clock)
    }
}

extension HTTPConfiguration {
    fileprivate init(_ http: UsherConfiguration.HTTP) {
        self.init(
            host: http.host, port: http.port, maxConnections: http.maxConnections, idleTimeout: http.idleTimeout,
            maxBodyBytes: http.maxBodyBytes, bodyTimeout: http.bodyTimeout)
    }
}

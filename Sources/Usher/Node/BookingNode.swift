import Accounts
import Audit
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
import Tickets

/// One node: takes its shards, takes up what an earlier process left, and then serves.
struct BookingNode: Service {
    let configuration: UsherConfiguration
    let clients: StoreClients
    let metrics: NodeMetrics
    let loadsDemoData: Bool
    let logger: Logger

    private let clock = SystemBookingClock()

    init(
        configuration: UsherConfiguration, clients: StoreClients, metrics: NodeMetrics, loadsDemoData: Bool,
        logger: Logger
    ) {
        self.configuration = configuration
        self.clients = clients
        self.metrics = metrics
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
        let catalog = Catalog(
            postgres: clients.postgres, cache: RedisReadCache(name: "catalog", client: clients.redis))
        if loadsDemoData { try await DemoData.load(into: accounts, catalog, at: clock.timestamp) }

        let engine = try await BookingEngine(
            configuration: configuration, clients: clients, catalog: catalog, clock: clock, logger: logger)
        try await engine.service.recover()
        try await serve(accounts: accounts, catalog: catalog, engine: engine)
    }

    private func serve(accounts: Accounts, catalog: Catalog, engine: BookingEngine) async throws {
        let signIn = try await SignIn(
            configuration: configuration, accounts: accounts, clock: clock, logger: logger)
        metrics.observe(engine.directory)
        let certificate = try configuration.http.tls.map {
            try ServerCertificate(certificatePath: $0.certificate, keyPath: $0.key)
        }
        let idempotencyStore = PostgresIdempotencyStore(client: clients.postgres)
        let api = HTTPAPI(
            accounts: accounts, tokens: signIn.tokens, sessions: signIn.sessions, codes: signIn.codes,
            catalog: catalog, bookings: engine.service, offerings: engine.offerings,
            tickets: try TicketVerifier(publicKey: TicketSigner(secret: configuration.ticketSecret.text).publicKey),
            audit: PostgresAuditLog(client: clients.postgres),
            idempotencyStore: idempotencyStore, paymentNotices: configuration.payment.notices(clock: clock),
            sharedQuotas: RedisQuotas(client: clients.redis),
            readiness: readiness(engine), metrics: metrics.page(configuration.metrics),
            configuration: HTTPConfiguration(configuration.http, certificate: certificate), clock: clock, logger: logger
        )
        var services = engine.services + signIn.services + [try clients.kafka.topics()]
        services.append(ThreadLag(clock: clock))
        if let certificate { services.append(CertificateReload(certificate: certificate, logger: logger)) }
        services.append(Pruner(of: idempotencyStore, clock: clock, logger: logger))
        if configuration.notificationsEnabled {
            let notifiers = NotifierClients(
                configuration: configuration, kafka: clients.kafka, postgres: clients.postgres,
                producer: clients.producer, logger: logger)
            services.append(try notifiers.notifier(member: "\(configuration.nodeName)-serve"))
        }
        services.append(
            api.application { port in
                Greeting(
                    scheme: certificate == nil ? "http" : "https", host: configuration.http.host, port: port,
                    showsDemo: loadsDemoData
                ).print()
            })
        try await ServiceGroup(services: services, logger: logger).run()
    }

    private func readiness(_ engine: BookingEngine) -> [ReadinessCheck] {
        let clients = clients
        return [
            ReadinessCheck(name: "postgresql") { (try? await clients.postgres.ping()) != nil },
            ReadinessCheck(name: "shards") { (try? await engine.ownsShards()) ?? false },
            ReadinessCheck(name: "redis", isRequired: false) { (try? await clients.redis.ping()) != nil },
            ReadinessCheck(name: "kafka", isRequired: false) { (try? await clients.producer.ping()) != nil },
            ReadinessCheck(name: "holds", isRequired: false) { engine.directory.unbackedHolds == 0 },
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
    fileprivate init(_ http: UsherConfiguration.HTTP, certificate: ServerCertificate?) {
        self.init(
            host: http.host, port: http.port, maxConnections: http.maxConnections, idleTimeout: http.idleTimeout,
            maxBodyBytes: http.maxBodyBytes, maxHeaderBytes: http.maxHeaderBytes, bodyTimeout: http.bodyTimeout,
            streamLimits: http.streamLimits)
        self.certificate = certificate
        maxHeaders = http.maxHeaders
        headTimeout = http.headTimeout
        writeTimeout = http.writeTimeout
        maxInFlight = http.maxInFlight
        maxInFlightPerEvent = http.maxInFlightPerEvent
        trustedProxies = http.trustedProxies
        limits = http.limits
        corsOrigins = http.corsOrigins
    }
}

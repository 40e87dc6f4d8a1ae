import Accounts
import Audit
import Booking
import Catalog
import HTTPAPI
import Hummingbird
import HummingbirdTesting
import Inventory
import Logging
import ServiceLifecycle
import Simulation
import Testing
import Tickets

/// What outlives a node.
struct TestStores: Sendable {
    let clock = ManualClock()
    var catalog = Catalog.inMemory()
    var ledger: any Ledger
    var audit: any AuditLog = EmptyAuditLog()
    let holdStore: any HoldStore
    let idempotencyStore: FaultyIdempotencyStore

    init(
        ledger: any Ledger = InMemoryLedger(), idempotencyStore: any IdempotencyStore = InMemoryIdempotencyStore()
    ) {
        self.ledger = ledger
        holdStore = InMemoryHoldStore(clock: clock)
        self.idempotencyStore = FaultyIdempotencyStore(idempotencyStore)
    }
}

/// One node's API with everything behind it in memory, unless other stores are given.
struct TestAPI: Sendable {
    let accounts: Accounts
    let tokens: Tokens
    let codes = CodeInbox()
    let catalog: Catalog
    let directory: InventoryDirectory
    let bookings: BookingService
    let offerings: OfferingService
    let tickets: TicketSigner
    let workers: BookingWorkerPool
    let holdHistory = InMemoryHoldHistory()
    let historyWriter: HoldHistoryWriter
    let gateway = TestGateway()
    let clock: ManualClock
    let http: HTTPAPI

    init(
        configuration: HTTPConfiguration = HTTPConfiguration(port: 0), readiness: [ReadinessCheck] = [],
        metrics: MetricsPage? = nil,
        queueCapacity: Int = 100, stores: TestStores = TestStores()
    ) async throws {
        let (clock, ledger) = (stores.clock, stores.ledger)
        self.clock = clock
        let logger = Logger.silent
        accounts = .inMemory(hasher: try PasswordHasher(cost: 4), now: { clock.timestamp })
        tokens = try await Tokens(secret: String(repeating: "s", count: 32), now: { clock.timestamp })
        let attempts = LoginAttempts(clock: clock)
        let sessions = Sessions(
            accounts: accounts, tokens: tokens, attempts: attempts, now: { clock.timestamp })
        catalog = stores.catalog
        let hub = StatusHub()
        let queue = BookingQueue(capacity: queueCapacity)
        let trail = HoldTrail()
        historyWriter = HoldHistoryWriter(trail: trail, history: holdHistory, clock: clock, logger: logger)
        directory = InventoryDirectory(
            offerings: catalog, ledger: ledger, holdStore: stores.holdStore,
            epochs: ShardEpochs(try await ledger.takeShards(node: "test")), trail: trail, clock: clock, logger: logger)
        let payments = PaymentCollector(
            gateway: gateway, policy: PaymentPolicy(timeout: .seconds(60), tries: 1), clock: clock)
        let settlement = BookingSettlement(
            directory: directory, ledger: ledger, payments: payments, statusHub: hub, clock: clock, logger: logger)
        bookings = BookingService(
            directory: directory, ledger: ledger, queue: queue, statusHub: hub, settlement: settlement,
            clock: clock, identifiers: SystemIdentifierSource(), logger: logger)
        workers = BookingWorkerPool(
            workers: 2, queue: queue, payments: payments, settlement: settlement, ledger: ledger, directory: directory,
            statusHub: hub, clock: clock, logger: logger)
        offerings = OfferingService(
            directory: directory, ledger: ledger, holdHistory: holdHistory, settlement: settlement,
            offerings: catalog, clock: clock, logger: logger)
        tickets = try TicketSigner(secret: String(repeating: "t", count: 32))
        http = HTTPAPI(
            accounts: accounts, tokens: tokens, sessions: sessions,
            codes: OneTimeCodes(
                sessions: sessions, attempts: attempts, secret: "secret", delivery: codes, now: { clock.timestamp }),
            catalog: catalog, bookings: bookings, offerings: offerings,
            tickets: try TicketVerifier(publicKey: tickets.publicKey), audit: stores.audit,
            idempotencyStore: stores.idempotencyStore,
            paymentNotices: TestNoticeReader(), readiness: readiness, metrics: metrics,
            configuration: configuration,
            clock: clock, logger: logger)
    }

    /// Runs `body` with a client that speaks to the router, without a socket.
    func withRouter(_ body: @Sendable (Caller) async throws -> Void) async throws {
        try await withServices([workers, offerings]) { _ in
            defer { gateway.payNow() }
            try await http.application().test(.router) { client in
                try await body(Caller(client: client, tokens: tokens))
            }
        }
    }

    /// Runs `body` while a server listens on `port`. The server comes last, since services are shut down in reverse.
    func withServer(
        _ body: @Sendable (_ port: Int, _ shutdown: @escaping @Sendable () async -> Void) async throws -> Void
    ) async throws {
        let (ports, output) = AsyncStream.makeStream(of: Int.self)
        try await withServices([workers, offerings, http.application { output.yield($0) }]) { shutdown in
            defer { gateway.payNow() }
            let port = try #require(await ports.first { _ in true })
            try await body(port, shutdown)
        }
    }

}

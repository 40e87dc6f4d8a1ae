import Booking
import BookingStores
import Catalog
import Logging
import ServiceLifecycle

/// The booking engine on its real stores.
struct BookingEngine {
    let service: BookingService
    let offerings: OfferingService
    let directory: InventoryDirectory
    /// What works in the background.
    let services: [any Service]
    private let ledger: PostgresLedger
    private let epochs: [Int64]

    /// Takes the shards: from here on no earlier process can write.
    init(
        configuration: UsherConfiguration, clients: StoreClients, catalog: Catalog, clock: any BookingClock,
        logger: Logger
    ) async throws {
        let outbox = PostgresOutbox(client: clients.postgres, clock: clock)
        let ledger = PostgresLedger(client: clients.postgres, outbox: outbox, clock: clock, logger: logger)
        let numbers = try await ledger.takeShards(node: configuration.nodeName)
        let epochs = ShardEpochs(numbers)
        self.ledger = ledger
        self.epochs = numbers
        let holdStore: any HoldStore =
            switch configuration.holdsBacking {
            case .redis:
                RedisHoldStore(client: clients.redis, grace: configuration.holdsGrace, clock: clock, logger: logger)
            case .memory: VolatileHoldStore()
            }
        let trail = HoldTrail()
        let holdHistory = PostgresHoldHistory(client: clients.postgres)
        directory = InventoryDirectory(
            offerings: catalog, ledger: ledger, holdStore: holdStore, epochs: epochs, trail: trail, clock: clock,
            logger: logger)
        let queue = BookingQueue(capacity: configuration.queueCapacity)
        let statusHub = StatusHub()
        let payments = PaymentCollector(
            gateway: clients.stripe ?? SimulatedGateway(client: clients.postgres, clock: clock),
            policy: PaymentPolicy(timeout: configuration.payment.timeout, tries: configuration.payment.tries),
            clock: clock)
        let settlement = BookingSettlement(
            directory: directory, ledger: ledger, payments: payments, statusHub: statusHub, clock: clock, logger: logger
        )
        service = BookingService(
            directory: directory, ledger: ledger, queue: queue, statusHub: statusHub, settlement: settlement,
            clock: clock, identifiers: SystemIdentifierSource(), logger: logger)
        offerings = OfferingService(
            directory: directory, ledger: ledger, holdHistory: holdHistory, settlement: settlement, offerings: catalog,
            clock: clock, logger: logger)
        let services: [any Service] = [
            // First, and so stopped last: then it has everything.
            HoldHistoryWriter(trail: trail, history: holdHistory, clock: clock, logger: logger),
            Pruner(of: holdHistory, after: configuration.historyRetention, clock: clock, logger: logger),
            QueueGauges(queue: queue, clock: clock),
            HoldBacking(directory: directory, holdStore: holdStore, clock: clock, logger: logger),
            InventoryPassivation(
                directory: directory, idleTime: configuration.inventoriesIdleTime, clock: clock),
            OutboxGauges(outbox: outbox, clock: clock),
            OutboxRelay(
                outbox: outbox, publisher: KafkaEventPublisher(producer: clients.producer), clock: clock,
                logger: logger),
            settlement,
            offerings,
            ReminderService(
                calendar: catalog, book: PostgresReminderBook(ledger: ledger), epochs: epochs,
                leadTime: configuration.remindersLeadTime, clock: clock, logger: logger),
            BookingWorkerPool(
                workers: configuration.workers, queue: queue, payments: payments, settlement: settlement,
                ledger: ledger, directory: directory, statusHub: statusHub, clock: clock, logger: logger),
        ]
        self.services = services.map(OnEventLoop.init)
    }

    /// Whether this node may still write: no other has taken the shards.
    func ownsShards() async throws -> Bool {
        try await ledger.isOwner(ofShardsAt: epochs)
    }
}

import Booking
import Inventory
import Logging
import Randomness
import Synchronization

/// One process of Usher: the real engine on wired ports. It lives until it is crashed, or fails to start.
final class SimulatedNode: Sendable {
    private enum Phase {
        case starting
        case serving(BookingService, epoch: Int64)
        case down
    }

    private struct State {
        var phase = Phase.starting
        var tasks: [Task<Void, Never>] = []
    }

    let name: String
    let wire: NodeWire
    private let state = Mutex(State())

    init(name: String, world: World) {
        self.name = name
        wire = NodeWire(name: name, world: world)
    }

    var world: World { wire.world }

    /// What customers reach it by; nil unless it serves.
    var session: CustomerSession? {
        state.withLock { state in
            guard case .serving(let service, let epoch) = state.phase else { return nil }
            return CustomerSession(node: self, service: service, epoch: epoch)
        }
    }

    var isDown: Bool {
        state.withLock { if case .down = $0.phase { true } else { false } }
    }

    /// Whether it serves, and no other node has taken the shards since it did.
    var isOwner: Bool {
        let newest = world.ledger.record.epochs[0]
        return state.withLock { if case .serving(_, newest) = $0.phase { true } else { false } }
    }

    func start() {
        spawn { await self.run() }
    }

    /// Starts a task that ends with the node.
    func spawn(_ body: @escaping @Sendable () async -> Void) {
        let task = world.task(body)
        state.withLock { $0.tasks.append(task) }
    }

    /// Ends the process without a word: nothing that it does from now on takes effect.
    func crash() {
        wire.sever()
        let tasks = state.withLock { state in
            state.phase = .down
            defer { state.tasks = [] }
            return state.tasks
        }
        for task in tasks { task.cancel() }
    }

    private func run() async {
        let ledger = NodeLedger(wire: wire)
        do {
            let epochs = try await ledger.takeShards(node: name)
            let engine = SimulatedEngine(wire: wire, ledger: ledger, epochs: epochs)
            try await engine.service.recover()
            guard !wire.isCut else { return }
            state.withLock { $0.phase = .serving(engine.service, epoch: epochs[0]) }
            world.note("\(name) serves")
            await engine.work()
        } catch {
            // A process that cannot start ends.
            world.note("\(name) cannot start: \(error.message)")
            crash()
        }
    }
}

/// The parts of one node, as `usher serve` puts them together.
private struct SimulatedEngine: Sendable {
    /// Short, so that inventories come and go within a schedule.
    private static let idleTime = Duration.seconds(40)
    /// Long, since each look takes its time from the simulator.
    private static let backingInterval = Duration.seconds(10)

    let service: BookingService
    private let pool: BookingWorkerPool
    private let settlement: BookingSettlement
    private let relay: OutboxRelay
    private let backing: HoldBacking
    private let passivation: InventoryPassivation

    init(wire: NodeWire, ledger: NodeLedger, epochs: [Int64]) {
        let logger = Logger(label: "usher.simulation") { _ in SwiftLogNoOpLogHandler() }
        let (world, clock) = (wire.world, wire.engineClock)
        let holdStore = NodeHoldStore(wire: wire)
        let directory = InventoryDirectory(
            offerings: InMemoryOfferings(Cast.offerings), ledger: ledger, holdStore: holdStore,
            epochs: ShardEpochs(epochs), clock: clock, executor: world.executor, logger: logger)
        let queue = BookingQueue(capacity: 6)
        let statusHub = StatusHub()
        let payments = PaymentCollector(
            gateway: NodeGateway(wire: wire), policy: PaymentPolicy(), clock: clock, random: WorldRandom(world: world))
        settlement = BookingSettlement(
            directory: directory, ledger: ledger, payments: payments, statusHub: statusHub, clock: clock, logger: logger
        )
        service = BookingService(
            directory: directory, ledger: ledger, queue: queue, statusHub: statusHub, settlement: settlement,
            clock: clock, identifiers: WorldIdentifiers(world: world), logger: logger)
        pool = BookingWorkerPool(
            workers: 2, queue: queue, payments: payments, settlement: settlement, ledger: ledger, directory: directory,
            statusHub: statusHub, clock: clock, logger: logger)
        backing = HoldBacking(
            directory: directory, holdStore: holdStore, interval: Self.backingInterval, clock: clock, logger: logger)
        passivation = InventoryPassivation(directory: directory, idleTime: Self.idleTime, clock: clock)
        relay = OutboxRelay(outbox: ledger, publisher: NodePublisher(wire: wire), clock: clock, logger: logger)
    }

    func work() async {
        async let pool: Void? = try? pool.run()
        async let settlement: Void? = try? settlement.run()
        async let relay: Void? = try? relay.run()
        async let backing: Void? = try? backing.run()
        async let passivation: Void? = try? passivation.run()
        _ = await (pool, settlement, relay, backing, passivation)
    }
}

/// Ids by the seed. Those of one millisecond are in the order of their making, as they are on one real machine.
private struct WorldIdentifiers: IdentifierSource {
    let world: World

    func next(at now: Timestamp) -> UniqueID {
        UniqueID(
            millisecondsSince1970: now.millisecondsSince1970,
            random: (UInt64(world.nextCall()), world.draw { $0.next() }))
    }
}

/// Chance by the seed.
private struct WorldRandom: RandomSource {
    let world: World

    func next() -> UInt64 { world.draw { $0.next() } }
}

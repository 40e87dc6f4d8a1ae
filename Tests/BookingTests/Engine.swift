import Booking
import Inventory
import Logging
import ServiceLifecycle
import Simulation
import Testing

/// The booking engine of one node on in-memory ports, with a clock that the test moves.
struct Engine {
    static let offering = offering()
    static let alice = Customer(id: UniqueID(high: 1, low: 1), email: "alice@example.com")
    static let bob = Customer(id: UniqueID(high: 1, low: 2), email: "bob@example.com")

    let clock: ManualClock
    let ledger: InMemoryLedger
    let holdStore: InMemoryHoldStore
    let gateway: InMemoryGateway
    let directory: InventoryDirectory
    let service: BookingService
    let settlement: BookingSettlement
    let catalog: InMemoryOfferings
    let offerings: OfferingService
    let pool: BookingWorkerPool
    let backing: HoldBacking

    /// A node's start: it takes the shards of a ledger that others may have used before.
    ///
    /// - Parameter front: Stands between the node and the hold store.
    init(
        clock: ManualClock = ManualClock(), ledger: InMemoryLedger = InMemoryLedger(),
        holdStore: InMemoryHoldStore? = nil, behind front: (any HoldStore)? = nil, gateway: InMemoryGateway? = nil,
        offering: Offering = Self.offering, catalog: InMemoryOfferings? = nil, trail: HoldTrail? = nil,
        queueCapacity: Int = 100
    ) async throws {
        self.clock = clock
        self.ledger = ledger
        self.holdStore = holdStore ?? InMemoryHoldStore(clock: clock)
        self.gateway = gateway ?? InMemoryGateway(clock: clock)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.catalog = catalog ?? InMemoryOfferings([offering])
        directory = InventoryDirectory(
            offerings: self.catalog, ledger: ledger, holdStore: front ?? self.holdStore,
            epochs: ShardEpochs(try await ledger.takeShards(node: "test")), trail: trail, clock: clock, logger: logger)
        backing = HoldBacking(
            directory: directory, holdStore: front ?? self.holdStore, clock: clock, logger: logger)
        let queue = BookingQueue(capacity: queueCapacity)
        let statusHub = StatusHub()
        let payments = PaymentCollector(gateway: self.gateway, policy: PaymentPolicy(), clock: clock)
        settlement = BookingSettlement(
            directory: directory, ledger: ledger, payments: payments, statusHub: statusHub, clock: clock, logger: logger
        )
        service = BookingService(
            directory: directory, ledger: ledger, queue: queue, statusHub: statusHub, settlement: settlement,
            clock: clock, identifiers: SystemIdentifierSource(), logger: logger)
        offerings = OfferingService(
            directory: directory, ledger: ledger, settlement: settlement, offerings: self.catalog, clock: clock,
            logger: logger)
        pool = BookingWorkerPool(
            workers: 2, queue: queue, payments: payments, settlement: settlement, ledger: ledger, directory: directory,
            statusHub: statusHub, clock: clock, logger: logger)
    }

    /// Runs `body` while workers work.
    ///
    /// - Parameter whileStopping: Runs once the workers have been asked to stop.
    func working<Result>(
        whileStopping: () -> Void = {}, _ body: () async throws -> Result
    ) async throws -> Result {
        let group = ServiceGroup(
            services: [settlement, offerings, pool], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await group.run() }
        do {
            let result = try await body()
            await group.triggerGracefulShutdown()
            whileStopping()
            try await running.value
            return result
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }

    func hold(_ seats: String..., floor: Int = 0, by customer: Customer = alice) async throws(BookingError) -> Hold {
        try await service.hold(
            on: Self.offering.id, for: customer,
            HoldRequest(seats: seats, general: floor == 0 ? [] : [.init(section: "FLOOR", quantity: floor)]))
    }

    /// The booking's end.
    func end(of booking: Booking) async throws -> Booking {
        var last = booking
        for await update in try await service.updates(of: booking.id) { last = update }
        return last
    }

    /// Expects a section's counts soon: the ledger knows of a late payment a moment before the inventory does.
    func expectSoon(
        _ section: String, _ expected: [Int], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for _ in 0..<100_000 {
            if try await counts(section) == expected { return }
            await Task.yield()
        }
        #expect(try await counts(section) == expected, sourceLocation: sourceLocation)
    }

    func counts(_ section: String) async throws -> [Int] {
        let sections = try await service.availability(of: Self.offering.id).sections
        return sections.filter { $0.name == section }.flatMap { [$0.available, $0.held, $0.booked] }
    }

    /// Buys with a good card; workers must be at work.
    func buy(_ seats: String..., floor: Int = 0) async throws -> Booking {
        let request = HoldRequest(seats: seats, general: floor == 0 ? [] : [.init(section: "FLOOR", quantity: floor)])
        let hold = try await service.hold(on: Self.offering.id, for: Self.alice, request)
        return try await end(of: service.book(hold.id, for: Self.alice, paymentToken: "tok_visa"))
    }

    /// Lets time go by until the ledger has a booking as it is wanted, and its worker is done with it.
    func passTime(
        by step: Duration = .seconds(1), until id: BookingID, _ isWanted: (Booking) -> Bool
    ) async throws -> Booking {
        while true {
            try Task.checkCancellation()
            if let booking = await ledger.booking(id), isWanted(booking),
                (try? await service.booking(id)) == booking
            {
                return booking
            }
            await clock.untilSomebodySleeps(within: .seconds(60))
            clock.advance(by: step)
            // Whoever was woken shall be done before more time goes by.
            for _ in 0..<100 { await Task.yield() }
        }
    }

    static func offering(
        startsAt: Timestamp = Timestamp(millisecondsSince1970: 1_900_000_000_000),
        cancellation: CancellationPolicy? = nil
    ) -> Offering {
        do {
            return Offering(
                id: UniqueID(high: 7, low: 7), organizer: UniqueID(high: 9, low: 9), name: "Spring Gala",
                venue: "Grand Hall", startsAt: startsAt, currency: "EUR",
                holdTTL: .seconds(600), maxUnitsPerCustomer: 10,
                cancellation: cancellation,
                layout: try Layout(sections: [
                    .init(name: "STALLS", kind: .seated(rows: 2, seatsPerRow: 5), priceMinor: 8_500),
                    .init(name: "FLOOR", kind: .general(capacity: 4), priceMinor: 4_500),
                ]))
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

/// The code of the refusal that `body` throws; nil when it throws none.
func refusal<Result>(_ body: () async throws(BookingError) -> Result) async -> BookingError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}

import Booking
import BookingStores
import Inventory
import ServiceLifecycle
import Simulation

/// The booking engine on whichever stores a test gives it, selling one offering.
struct BoxOffice {
    let offering: Offering
    let ledger: any Ledger
    let directory: InventoryDirectory
    let service: BookingService
    let services: [any Service]

    init(
        ledger: any Ledger, holdStore: any HoldStore = InMemoryHoldStore(clock: clock), offering: Offering
    ) async throws {
        self.offering = offering
        self.ledger = ledger
        directory = InventoryDirectory(
            offerings: InMemoryOfferings([offering]), ledger: ledger, holdStore: holdStore,
            epochs: ShardEpochs(try await ledger.takeShards(node: "test")), clock: clock, logger: silentLogger)
        let queue = BookingQueue(capacity: 1_000)
        let statusHub = StatusHub()
        let payments = PaymentCollector(
            gateway: InMemoryGateway(clock: clock), policy: PaymentPolicy(), clock: clock)
        let settlement = BookingSettlement(
            directory: directory, ledger: ledger, payments: payments, statusHub: statusHub, clock: clock,
            logger: silentLogger)
        service = BookingService(
            directory: directory, ledger: ledger, queue: queue, statusHub: statusHub, settlement: settlement,
            clock: clock, identifiers: SystemIdentifierSource(), logger: silentLogger)
        services = [
            settlement,
            BookingWorkerPool(
                workers: 8, queue: queue, payments: payments, settlement: settlement, ledger: ledger,
                directory: directory, statusHub: statusHub, clock: clock, logger: silentLogger),
            HoldBacking(
                directory: directory, holdStore: holdStore, interval: .milliseconds(100), clock: clock,
                logger: silentLogger),
        ]
    }

    func hold(_ seat: Int) async throws(BookingError) -> Hold {
        try await service.hold(on: offering.id, for: customer(seat), HoldRequest(seats: ["STALLS-1-\(seat)"]))
    }

    func book(_ hold: Hold, _ seat: Int) async throws(BookingError) -> Booking {
        try await service.book(hold.id, for: customer(seat), paymentToken: "tok_visa")
    }

    /// The booking's end.
    func end(of booking: Booking) async throws -> Booking {
        var last = booking
        for await update in try await service.updates(of: booking.id) { last = update }
        return last
    }

    /// One a seat.
    func customer(_ seat: Int) -> Customer {
        Customer(id: UniqueID(high: 1, low: UInt64(seat)), email: "customer\(seat)@example.com")
    }
}

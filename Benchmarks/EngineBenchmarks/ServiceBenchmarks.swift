import Benchmark
import Booking
import Inventory
import Logging
import Simulation

/// A hold and its release by the whole engine, with ports in memory: what it adds to the bare decision.
func serviceBenchmarks() {
    Benchmark("Hold and release through the service") { benchmark, boxOffice in
        for customer in benchmark.scaledIterations {
            try await boxOffice.holdAndRelease(customer)
        }
    } setup: {
        try await BoxOffice()
    }

    Benchmark("Hold and release through the service, 1,000 callers at once") { benchmark, boxOffice in
        try await withThrowingTaskGroup(of: Void.self) { group in
            for customer in benchmark.scaledIterations {
                group.addTask { try await boxOffice.holdAndRelease(customer) }
            }
            try await group.waitForAll()
        }
    } setup: {
        try await BoxOffice()
    }
}

/// One node's booking service and one event with a seat for each caller.
private struct BoxOffice: Sendable {
    private static let seatsPerRow = 100
    private let event: UniqueID
    private let service: BookingService

    init() async throws {
        let clock = SystemBookingClock()
        let ledger = InMemoryLedger()
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let offering = Offering(
            id: UniqueID(high: 7, low: 7), organizer: UniqueID(high: 9, low: 9), name: "Spring Gala",
            venue: "Grand Hall", startsAt: Timestamp(millisecondsSince1970: 4_000_000_000_000), currency: "EUR",
            holdTTL: .seconds(600), maxUnitsPerCustomer: 10, layout: try seatedLayout(rows: 100))
        let directory = InventoryDirectory(
            offerings: InMemoryOfferings([offering]), ledger: ledger, holdStore: InMemoryHoldStore(clock: clock),
            epochs: ShardEpochs(try await ledger.takeShards(node: "benchmark")), clock: clock, logger: logger)
        let statusHub = StatusHub()
        let payments = PaymentCollector(gateway: InMemoryGateway(clock: clock), policy: PaymentPolicy(), clock: clock)
        let settlement = BookingSettlement(
            directory: directory, ledger: ledger, payments: payments, statusHub: statusHub, clock: clock, logger: logger
        )
        event = offering.id
        service = BookingService(
            directory: directory, ledger: ledger, queue: BookingQueue(capacity: 1), statusHub: statusHub,
            settlement: settlement, clock: clock, identifiers: SystemIdentifierSource(), logger: logger)
    }

    func holdAndRelease(_ number: Int) async throws {
        let customer = Customer(id: UniqueID(high: 1, low: UInt64(number)), email: "customer@usher.example")
        let seat = "STALLS-\(number / Self.seatsPerRow + 1)-\(number % Self.seatsPerRow + 1)"
        let hold = try await service.hold(on: event, for: customer, HoldRequest(seats: [seat]))
        try await service.release(hold.id, of: customer.id)
    }
}

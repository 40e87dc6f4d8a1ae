import Booking
import Inventory
import Randomness

/// The ledger and the outbox as one node reaches them.
struct NodeLedger: Ledger, Outbox {
    let wire: NodeWire

    private var world: World { wire.world }

    private static let away = LedgerError(.unavailable, "The ledger is away")
    private static let delays = [1, 50, 1_000, 6_000, 40_000]

    func takeShards(node: String) async throws(LedgerError) -> [Int64] {
        try await writing { () async throws(LedgerError) in
            let epochs = try await world.ledger.takeShards(node: node)
            world.judge { $0.shardsTaken(epoch: epochs[0]) }
            world.note("\(node) takes the shards with epoch \(epochs[0])")
            return epochs
        }
    }

    func commit(_ change: LedgerChange) async throws(LedgerError) {
        let booking = change.booking
        world.judge { $0.attempted(booking, by: wire.name) }
        if world.plant == .acknowledgedBeforeWritten && booking.status == .queued {
            deliverLate(change)
            return
        }
        try await writing(change) { () async throws(LedgerError) in
            world.note("\(wire.name) writes \(booking.id.own) \(change.kind.rawValue) \(booking.version)")
            try await world.ledger.commit(change)
        }
        if world.plant == .holdNotReturned && change.kind == .failed {
            throw LedgerError(.conflict, "The ledger does not have the booking")
        }
    }

    /// - Parameter change: What can be delivered late; nil when that would be another story.
    private func writing<Value>(
        _ change: LedgerChange? = nil, _ effect: () async throws(LedgerError) -> Value
    ) async throws(LedgerError) -> Value {
        guard !wire.isCut else { throw Self.away }
        let fault = world.fault(at: .ledger)
        await Task.yield()
        if fault == .ledgerSlow { await wire.pause(Self.delays) }
        guard wire.arrives, fault != .ledgerUnavailable else { throw Self.away }
        if fault == .ledgerEffectLate {
            change.map(deliverLate)
            throw Self.away
        }
        let outcome: Result<Value, LedgerError>
        do {
            outcome = .success(try await effect())
        } catch {
            outcome = .failure(error)
        }
        if fault == .ledgerTwice { change.map(deliverLate) }
        await Task.yield()
        guard !wire.isCut, fault != .ledgerAnswerLost else { throw Self.away }
        return try outcome.get()
    }

    /// Has a change arrive after a while, whatever has become of its sender.
    private func deliverLate(_ change: LedgerChange) {
        let (world, delay) = (wire.world, wire.world.draw { $0.pick(Self.delays) })
        world.spawn {
            try? await world.clock.sleep(until: world.clock.now + .milliseconds(delay))
            world.note("late write of \(change.booking.id.own) \(change.booking.status.rawValue)")
            try? await world.ledger.commit(change)
        }
    }
}

// MARK: - Reading

extension NodeLedger {
    func state(of offering: UniqueID) async throws(LedgerError) -> LedgerState {
        try await reading { await world.ledger.state(of: offering) }
    }

    func bookedHolds(among holds: [HoldID]) async throws(LedgerError) -> Set<HoldID> {
        try await reading { await world.ledger.bookedHolds(among: holds) }
    }

    func booking(_ id: BookingID) async throws(LedgerError) -> Booking? {
        try await reading { await world.ledger.booking(id) }
    }

    func bookings(
        of customer: UniqueID, limit: Int, before: BookingCursor?
    ) async throws(LedgerError) -> [Booking] {
        try await reading { await world.ledger.bookings(of: customer, limit: limit, before: before) }
    }

    func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) async throws(LedgerError) -> [Booking] {
        try await reading { await world.ledger.bookings(on: offering, status: status, after: last, limit: limit) }
    }

    func unfinishedBookings() async throws(LedgerError) -> [Booking] {
        try await reading { await world.ledger.unfinishedBookings() }
    }

    func unsettledBookings(after last: UniqueID?, limit: Int) async throws(LedgerError) -> [Booking] {
        try await reading { await world.ledger.unsettledBookings(after: last, limit: limit) }
    }

    private func reading<Value>(
        at port: Fault.Port = .ledgerReading, _ body: () async -> Value
    ) async throws(LedgerError) -> Value {
        guard !wire.isCut, world.fault(at: port) == nil else { throw Self.away }
        await Task.yield()
        guard wire.arrives else { throw Self.away }
        let value = await body()
        await Task.yield()
        guard !wire.isCut else { throw Self.away }
        return value
    }
}

// MARK: - Blocks and check-ins, which no customer makes

extension NodeLedger {
    func blocks(of offering: UniqueID, epoch: Int64) async throws(LedgerError) -> [Block] {
        try await world.ledger.blocks(of: offering, epoch: epoch)
    }

    func add(_ block: Block, epoch: Int64) async throws(LedgerError) {
        try await writing { () async throws(LedgerError) in try await world.ledger.add(block, epoch: epoch) }
    }

    func removeBlock(_ removal: BlockRemoval, epoch: Int64) async throws(LedgerError) -> Bool {
        try await writing { () async throws(LedgerError) in
            try await world.ledger.removeBlock(removal, epoch: epoch)
        }
    }

    func history(ofUnit unit: String, on offering: UniqueID, limit: Int) async throws(LedgerError) -> UnitHistory {
        try await reading { await world.ledger.history(ofUnit: unit, on: offering, limit: limit) }
    }

    func record(_ checkIn: CheckIn) async throws(LedgerError) -> CheckInOutcome {
        try await writing { () async throws(LedgerError) in try await world.ledger.record(checkIn) }
    }
}

// MARK: - Outbox

extension NodeLedger {
    func pending(limit: Int) async throws(LedgerError) -> [OutboxEvent] {
        try await reading(at: .outbox) { await world.ledger.pending(limit: limit) }
    }

    func remove(_ events: [OutboxEvent]) async throws(LedgerError) {
        try await reading(at: .outbox) { await world.ledger.remove(events) }
    }

    func backlog() async throws(LedgerError) -> OutboxBacklog {
        try await reading(at: .outbox) { await world.ledger.backlog() }
    }

    func awaitEvents(until deadline: Moment) async {
        await world.ledger.awaitEvents(until: deadline)
    }
}

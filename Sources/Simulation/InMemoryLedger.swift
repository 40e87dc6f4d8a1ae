public import Booking
public import Inventory

/// A ledger and outbox in memory that judges as the database does: fences, unique seats, bounded totals.
public actor InMemoryLedger: Ledger, Outbox {
    private var epochs = Array(repeating: Int64(0), count: Shard.count)
    private var sequences = Array(repeating: Int64(0), count: Shard.count)
    private var bookings: [UniqueID: Booking] = [:]
    private var events: [OutboxEvent] = []
    private var outage: LedgerError?
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// Makes an empty ledger.
    public init() {}

    /// Makes every write fail with `error` until it is nil again.
    public func setOutage(_ error: LedgerError?) {
        outage = error
    }

    public func takeShards(node: String) throws(LedgerError) -> [Int64] {
        epochs = epochs.map { $0 + 1 }
        return epochs
    }

    public func commit(_ change: LedgerChange) throws(LedgerError) {
        if let outage { throw outage }
        let shard = Shard.index(of: change.offering.id)
        guard epochs[shard] == change.epoch else { throw LedgerError(.fenced, "Another node owns the shard") }
        if let written = bookings[change.booking.id.own], written.version >= change.booking.version { return }
        if change.booking.status == .queued { try judge(change.booking) }
        bookings[change.booking.id.own] = change.booking
        sequences[shard] += 1
        events.append(
            OutboxEvent(
                shard: shard, sequence: sequences[shard], type: "usher.booking.\(change.booking.status.rawValue)",
                offering: change.offering.id, subject: change.booking.id, time: change.booking.updatedAt, payload: []))
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    private func judge(_ booking: Booking) throws(LedgerError) {
        let others = bookings.values.filter { $0.id.offering == booking.id.offering && $0.status != .failed }
        guard !others.contains(where: { $0.hold == booking.hold }) else {
            throw LedgerError(.conflict, "The hold is booked already")
        }
        for claim in booking.claims {
            let taken = others.flatMap(\.claims).filter { $0.unit == claim.unit }.reduce(0) { $0 + $1.quantity }
            guard taken + claim.quantity <= claim.unitCapacity else {
                throw LedgerError(.conflict, "\(claim.unit) is claimed already")
            }
        }
    }
}

// MARK: - Reading

extension InMemoryLedger {
    public func state(of offering: UniqueID) -> LedgerState {
        let here = bookings.values.filter { $0.id.offering == offering }.sorted { $0.id.own < $1.id.own }
        var booked: [BookedPlaces: Int] = [:]
        for booking in here where booking.status == .confirmed {
            for claim in booking.claims {
                booked[BookedPlaces(unit: claim.unit, customer: booking.customer.id), default: 0] += claim.quantity
            }
        }
        return LedgerState(
            booked: booked.sorted { ($0.key.unit, $0.key.customer) < ($1.key.unit, $1.key.customer) }
                .map { .init(unit: $0.key.unit, customer: $0.key.customer, quantity: $0.value) },
            unfinished: here.filter { $0.status == .queued })
    }

    public func bookedHolds(among holds: [HoldID]) -> Set<HoldID> {
        Set(bookings.values.filter { $0.status != .failed }.map(\.hold)).intersection(holds)
    }

    public func booking(_ id: BookingID) -> Booking? {
        bookings[id.own].flatMap { $0.id == id ? $0 : nil }
    }

    public func bookings(of customer: UniqueID, limit: Int, before: BookingCursor?) -> [Booking] {
        let own = bookings.values.filter { $0.customer.id == customer }.sorted { $0.cursor > $1.cursor }
        return Array(
            own.drop { booking in before.map { booking.cursor >= ($0.createdAt, $0.own) } ?? false }.prefix(limit))
    }

    public func unfinishedBookings() -> [Booking] {
        bookings.values.filter { $0.status == .queued }.sorted { $0.id.own < $1.id.own }
    }
}

private struct BookedPlaces: Hashable {
    let unit: String
    let customer: UniqueID
}

extension Booking {
    fileprivate var cursor: (Timestamp, UniqueID) { (createdAt, id.own) }
}

// MARK: - Outbox

extension InMemoryLedger {
    public func pending(limit: Int) -> [OutboxEvent] {
        Array(events.sorted { ($0.shard, $0.sequence) < ($1.shard, $1.sequence) }.prefix(limit))
    }

    public func remove(_ delivered: [OutboxEvent]) {
        let ids = Set(delivered.map(\.id))
        events.removeAll { ids.contains($0.id) }
    }

    public func awaitEvents(until deadline: Moment) async {
        guard events.isEmpty else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiters.append($0) }
        } onCancel: {
            Task { await self.wakeWaiters() }
        }
    }

    private func wakeWaiters() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}

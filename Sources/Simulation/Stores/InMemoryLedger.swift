public import Booking
public import Inventory
import Synchronization

/// A ledger and outbox in memory that judges as the database does.
public final class InMemoryLedger: Ledger, Outbox {
    private struct State {
        var record: LedgerRecord
        var outage: LedgerError?
        var listeners: [AsyncStream<Never>.Continuation] = []
    }

    private let state: Mutex<State>
    private let clock: (any BookingClock)?

    /// Makes an empty ledger.
    ///
    /// - Parameters:
    ///   - clock: Ends a wait for events at its deadline; without a clock only events end it.
    ///   - omission: What it leaves out of its judging or writing.
    public init(clock: (any BookingClock)? = nil, omission: LedgerRecord.Omission? = nil) {
        self.clock = clock
        state = Mutex(State(record: LedgerRecord(omission: omission)))
    }

    /// Everything that it holds.
    public var record: LedgerRecord { state.withLock { $0.record } }

    /// Makes every write fail with `error` until it is nil again.
    public func setOutage(_ error: LedgerError?) async {
        state.withLock { $0.outage = error }
    }

    public func takeShards(node: String) async throws(LedgerError) -> [Int64] {
        state.withLock { $0.record.takeShards() }
    }

    public func commit(_ change: LedgerChange) async throws(LedgerError) {
        let (outcome, listeners) = state.withLock {
            state -> (Result<Void, LedgerError>, [AsyncStream<Never>.Continuation]) in
            if let outage = state.outage { return (.failure(outage), []) }
            let outcome = Result { () throws(LedgerError) in try state.record.commit(change) }
            defer { state.listeners = [] }
            return (outcome, state.listeners)
        }
        for listener in listeners { listener.finish() }
        try outcome.get()
    }
}

// MARK: - Blocks and check-ins

extension InMemoryLedger {
    public func blocks(of offering: UniqueID, epoch: Int64) async throws(LedgerError) -> [Block] {
        try onRecord { record throws(LedgerError) in try record.blocks(of: offering, epoch: epoch) }
    }

    public func add(_ block: Block, epoch: Int64) async throws(LedgerError) {
        try onRecord { record throws(LedgerError) in try record.add(block, epoch: epoch) }
    }

    public func removeBlock(_ removal: BlockRemoval, epoch: Int64) async throws(LedgerError) -> Bool {
        try onRecord { record throws(LedgerError) in try record.removeBlock(removal, epoch: epoch) }
    }

    public func history(ofUnit unit: String, on offering: UniqueID, limit: Int) async -> UnitHistory {
        record.history(ofUnit: unit, on: offering, limit: limit)
    }

    public func record(_ checkIn: CheckIn) async throws(LedgerError) -> CheckInOutcome {
        try onRecord { record throws(LedgerError) in record.record(checkIn) }
    }

    private func onRecord<Value: Sendable>(
        _ body: (inout LedgerRecord) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        let outcome = state.withLock { state -> Result<Value, LedgerError> in
            if let outage = state.outage { return .failure(outage) }
            return Result { () throws(LedgerError) in try body(&state.record) }
        }
        return try outcome.get()
    }
}

// MARK: - Reading

extension InMemoryLedger {
    public func state(of offering: UniqueID) async -> LedgerState {
        record.state(of: offering)
    }

    public func bookedHolds(among holds: [HoldID]) async -> Set<HoldID> {
        record.bookedHolds(among: holds)
    }

    public func booking(_ id: BookingID) async -> Booking? {
        record.booking(id)
    }

    public func bookings(of customer: UniqueID, limit: Int, before: BookingCursor?) async -> [Booking] {
        record.bookings(of: customer, limit: limit, before: before)
    }

    public func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) async -> [Booking] {
        record.bookings(on: offering, status: status, after: last, limit: limit)
    }

    public func unfinishedBookings() async -> [Booking] {
        record.unfinishedBookings()
    }

    public func unsettledBookings(after last: UniqueID?, limit: Int) async -> [Booking] {
        record.unsettledBookings(after: last, limit: limit)
    }
}

// MARK: - Outbox

extension InMemoryLedger {
    public func pending(limit: Int) async -> [OutboxEvent] {
        record.pending(limit: limit)
    }

    public func remove(_ delivered: [OutboxEvent]) async {
        state.withLock { $0.record.remove(delivered) }
    }

    public func backlog() async -> OutboxBacklog {
        let events = record.events
        return OutboxBacklog(count: events.count, oldest: events.map(\.time).min())
    }

    public func awaitEvents(until deadline: Moment) async {
        await withTaskGroup { group in
            group.addTask { await self.nextEvent() }
            if let clock {
                group.addTask { try? await clock.sleep(until: deadline) }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// A stream that ends with the next event, or with its reader.
    private func nextEvent() async {
        let (events, listener) = AsyncStream.makeStream(of: Never.self)
        let isThere = state.withLock { state in
            state.listeners.append(listener)
            return !state.record.events.isEmpty
        }
        if isThere { listener.finish() }
        for await _ in events {}
    }
}

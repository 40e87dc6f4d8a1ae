public import Booking
public import Inventory

/// What a ledger holds, and how it judges, as a plain value: fences, unique seats, bounded totals.
public struct LedgerRecord: Sendable {
    /// A part of the judging or writing that can be left out, to see whether anybody notices.
    public enum Omission: Sendable {
        /// Every epoch may write.
        case fence
        /// A unit may be claimed beyond its capacity, and a hold booked twice.
        case claims
        /// Every fifth change has no event.
        case events
    }

    /// A change that took effect.
    public struct Written: Sendable {
        /// The booking as the change left it.
        public let booking: Booking
        /// The type of the event that reports it.
        public let eventType: String
        /// The epoch that its writer showed.
        public let epoch: Int64
        /// The epoch of the shard's owner at that time.
        public let ownerEpoch: Int64
    }

    /// The bookings, by their own ids.
    public private(set) var bookings: [UniqueID: Booking] = [:]
    /// Every change that took effect, in commit order.
    public private(set) var history: [Written] = []
    /// The events that have not been delivered, in commit order.
    public private(set) var events: [OutboxEvent] = []
    /// What is off sale, oldest first.
    public var blocks: [Block] { allBlocks.filter { $0.removal == nil }.map(\.block) }

    private var allBlocks: [(block: Block, removal: BlockRemoval?)] = []
    /// Who has come in.
    public private(set) var checkIns: [CheckIn] = []
    /// The epoch of each shard's owner.
    public private(set) var epochs = Array(repeating: Int64(0), count: Shard.count)

    private var sequences = Array(repeating: Int64(0), count: Shard.count)
    private let omission: Omission?

    /// Makes an empty record.
    public init(omission: Omission? = nil) {
        self.omission = omission
    }

    /// Raises every epoch.
    public mutating func takeShards() -> [Int64] {
        epochs = epochs.map { $0 + 1 }
        return epochs
    }

    /// Writes a change and its event, or refuses it; one that is there already is accepted again.
    public mutating func commit(_ change: LedgerChange) throws(LedgerError) {
        let booking = change.booking
        let shard = Shard.index(of: change.offering.id)
        try fence(change.offering.id, epoch: change.epoch)
        if let written = bookings[booking.id.own] {
            if written.version >= booking.version && !(change.takesClaims && written.status == .failed) { return }
            guard written.version < booking.version, change.before.map({ $0 == written.status }) ?? true else {
                throw LedgerError(.conflict, "The ledger has the booking otherwise")
            }
        }
        if change.takesClaims && omission != .claims { try judge(booking) }
        bookings[booking.id.own] = booking
        history.append(
            Written(booking: booking, eventType: change.eventType, epoch: change.epoch, ownerEpoch: epochs[shard]))
        sequences[shard] += 1
        if omission == .events && sequences[shard] % 5 == 0 { return }
        events.append(
            OutboxEvent(
                shard: shard, sequence: sequences[shard], type: change.eventType,
                offering: change.offering.id, subject: booking.id, time: booking.updatedAt, payload: []))
    }

    mutating func add(_ block: Block, epoch: Int64) throws(LedgerError) {
        try fence(block.offering, epoch: epoch)
        if !allBlocks.contains(where: { $0.block.id == block.id }) { allBlocks.append((block, nil)) }
    }

    mutating func removeBlock(_ removal: BlockRemoval, epoch: Int64) throws(LedgerError) -> Bool {
        try fence(removal.offering, epoch: epoch)
        let index = allBlocks.firstIndex { entry in
            entry.block.id == removal.block && entry.block.offering == removal.offering && entry.removal == nil
        }
        guard let index else { return false }
        allBlocks[index].removal = removal
        return true
    }

    func history(ofUnit unit: String, on offering: UniqueID, limit: Int) -> UnitHistory {
        let bookings = bookings.values.filter { $0.id.offering == offering && $0.claims.contains { $0.unit == unit } }
        let blocks = allBlocks.filter { entry in
            entry.block.offering == offering && entry.block.claims.contains { $0.unit == unit }
        }
        return UnitHistory(
            bookings: Array(bookings.sorted { $0.id.own > $1.id.own }.prefix(limit)),
            blocks: Array(blocks.sorted { $0.block.id > $1.block.id }.prefix(limit)))
    }

    func blocks(of offering: UniqueID, epoch: Int64) throws(LedgerError) -> [Block] {
        try fence(offering, epoch: epoch)
        return blocks.filter { $0.offering == offering }
    }

    mutating func record(_ checkIn: CheckIn) -> CheckInOutcome {
        guard let booking = booking(checkIn.booking) else { return .unknownBooking }
        guard booking.status == .confirmed else { return .notConfirmed(booking.status) }
        let earlier = checkIns.first { $0.booking == checkIn.booking && $0.place == checkIn.place }
        if let earlier { return .alreadyAdmitted(earlier) }
        checkIns.append(checkIn)
        return .admitted
    }

    private func fence(_ offering: UniqueID, epoch: Int64) throws(LedgerError) {
        guard epochs[Shard.index(of: offering)] == epoch || omission == .fence else {
            throw LedgerError(.fenced, "Another node owns the shard")
        }
    }

    private func judge(_ booking: Booking) throws(LedgerError) {
        let others = bookings.values.filter { $0.id.offering == booking.id.offering && $0.status != .failed }
        guard !others.contains(where: { $0.hold == booking.hold }) else {
            throw LedgerError(.conflict, "The hold is booked already")
        }
        let claiming = others.filter { $0.status != .cancelled }
        for claim in booking.claims {
            let taken = claiming.flatMap(\.claims).filter { $0.unit == claim.unit }.reduce(0) { $0 + $1.quantity }
            guard taken + claim.quantity <= claim.unitCapacity else {
                throw LedgerError(.conflict, "\(claim.unit) is claimed already")
            }
        }
    }

    mutating func remove(_ delivered: [OutboxEvent]) {
        let ids = Set(delivered.map(\.id))
        events.removeAll { ids.contains($0.id) }
    }
}

// MARK: - Reading

extension LedgerRecord {
    func state(of offering: UniqueID) -> LedgerState {
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
            unfinished: here.filter { $0.status == .queued }, blocks: blocks.filter { $0.offering == offering })
    }

    func bookedHolds(among holds: [HoldID]) -> Set<HoldID> {
        Set(bookings.values.filter { $0.status != .failed }.map(\.hold)).intersection(holds)
    }

    func booking(_ id: BookingID) -> Booking? {
        bookings[id.own].flatMap { $0.id == id ? $0 : nil }
    }

    func bookings(of customer: UniqueID, limit: Int, before: BookingCursor?) -> [Booking] {
        let own = bookings.values.filter { $0.customer.id == customer }.sorted { $0.cursor > $1.cursor }
        return Array(
            own.drop { booking in before.map { booking.cursor >= ($0.createdAt, $0.own) } ?? false }.prefix(limit))
    }

    func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) -> [Booking] {
        let wanted = bookings.values.filter { booking in
            booking.id.offering == offering && status.map { $0 == booking.status } ?? true
                && last.map { $0 < booking.id.own } ?? true
        }
        return Array(wanted.sorted { $0.id.own < $1.id.own }.prefix(limit))
    }

    func unfinishedBookings() -> [Booking] {
        bookings.values.filter { $0.status == .queued }.sorted { $0.id.own < $1.id.own }
    }

    func unsettledBookings(after last: UniqueID?, limit: Int) -> [Booking] {
        let unsettled = bookings.values.filter { booking in
            (booking.isPaymentOpen || booking.refund?.isDone == false) && last.map { $0 < booking.id.own } ?? true
        }
        return Array(unsettled.sorted { $0.id.own < $1.id.own }.prefix(limit))
    }

    func pending(limit: Int) -> [OutboxEvent] {
        Array(events.sorted { ($0.shard, $0.sequence) < ($1.shard, $1.sequence) }.prefix(limit))
    }
}

extension Booking {
    fileprivate var cursor: (Timestamp, UniqueID) { (createdAt, id.own) }
}

private struct BookedPlaces: Hashable {
    let unit: String
    let customer: UniqueID
}

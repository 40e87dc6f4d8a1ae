public import Inventory

/// The durable record of bookings, their claims and the outbox.
///
/// Each change is durable, with its outbox event, when `commit` returns. A change by a node whose epoch is not the
/// shard's any more takes no effect at all (promise I8).
public protocol Ledger: BlockBook, CheckInBook {
    /// Takes all shards for a node by raising their epochs; a predecessor can write nothing afterwards.
    ///
    /// - Returns: The epochs, by shard.
    func takeShards(node: String) async throws(LedgerError) -> [Int64]

    /// Writes a booking's change, its claims, and the event that reports it.
    ///
    /// Safe to repeat: a change that is there already is accepted again.
    func commit(_ change: LedgerChange) async throws(LedgerError)

    /// What an inventory needs to know when it is activated.
    func state(of offering: UniqueID) async throws(LedgerError) -> LedgerState

    /// Those of these holds that a queued or confirmed booking was made of.
    func bookedHolds(among holds: [HoldID]) async throws(LedgerError) -> Set<HoldID>

    /// A booking; nil when there is none.
    func booking(_ id: BookingID) async throws(LedgerError) -> Booking?

    /// A customer's bookings, newest first.
    ///
    /// - Parameters:
    ///   - limit: At most this many.
    ///   - before: Only bookings that come after this one in the list.
    func bookings(of customer: UniqueID, limit: Int, before: BookingCursor?) async throws(LedgerError) -> [Booking]

    /// The bookings of an offering, in the order of their own ids, which is that of their making.
    ///
    /// - Parameters:
    ///   - status: Only those that stand there in the ledger; nil for all.
    ///   - last: Only bookings behind this one.
    func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) async throws(LedgerError) -> [Booking]

    /// All bookings that wait for an end state, oldest first.
    func unfinishedBookings() async throws(LedgerError) -> [Booking]

    /// Bookings whose money is not settled: those with a refund to be made, and those that failed without a clear answer
    /// from the gateway. In the order of their own ids.
    ///
    /// - Parameter last: Only bookings behind this one.
    func unsettledBookings(after last: UniqueID?, limit: Int) async throws(LedgerError) -> [Booking]
}

/// A place in a customer's list of bookings.
public struct BookingCursor: Hashable, Sendable {
    /// When the booking at this place was made.
    public let createdAt: Timestamp
    /// That booking's own id, to tell bookings of one millisecond apart.
    public let own: UniqueID

    /// Points at a booking.
    public init(createdAt: Timestamp, own: UniqueID) {
        self.createdAt = createdAt
        self.own = own
    }
}

/// One booking's change, to be written whole.
public struct LedgerChange: Sendable {
    /// What happened to the booking. The raw value ends the name of the event that reports it.
    public enum Kind: String, CaseIterable, Sendable {
        case queued, confirmed, failed, cancelled
        /// A failed booking was paid for after all, and its places were still to be had; reported as `confirmed`.
        case confirmedLate = "confirmed_late"
        /// A failed booking was paid for after all, and its places are gone.
        case chargedLate = "charged_late"
        /// The gateway says that a failed booking was not paid for.
        case notCharged = "not_charged"
        case refunded
        /// Nothing: its customer is reminded of it.
        case reminder
    }

    /// The booking as it is to stand.
    public let booking: Booking
    /// What happened to it.
    public let kind: Kind
    /// What it is of; the event tells consumers.
    public let offering: Offering
    /// The epoch of the offering's shard that the writer holds.
    public let epoch: Int64
    /// The trace of what has led to it.
    public let trace = TraceContext.current

    /// Describes a change.
    public init(_ kind: Kind, _ booking: Booking, offering: Offering, epoch: Int64) {
        self.booking = booking
        self.kind = kind
        self.offering = offering
        self.epoch = epoch
    }

    /// Whether the booking's claims are new to the ledger.
    public var takesClaims: Bool { kind == .queued || kind == .confirmedLate }
    /// What the booking must be in the ledger before; nil for anything.
    public var before: BookingStatus? {
        switch kind {
        case .confirmed: .queued
        case .cancelled: .confirmed
        case .confirmedLate, .chargedLate, .notCharged: .failed
        case .queued, .failed, .refunded, .reminder: nil
        }
    }
    /// Whether what the booking has claimed goes back on sale.
    public var returnsClaims: Bool { kind == .failed || kind == .cancelled }
    /// The type of the event that reports the change.
    public var eventType: String {
        "usher.booking.\((kind == .confirmedLate ? .confirmed : kind).rawValue)"
    }
}

/// What the ledger knows of one offering.
public struct LedgerState: Sendable {
    /// A unit's places that a customer's confirmed bookings have.
    public struct BookedUnit: Hashable, Sendable {
        /// The unit's id.
        public let unit: String
        /// Whose they are, since what a customer may have is limited.
        public let customer: UniqueID
        /// Places.
        public let quantity: Int

        /// Counts a unit's booked places.
        public init(unit: String, customer: UniqueID, quantity: Int) {
            self.unit = unit
            self.customer = customer
            self.quantity = quantity
        }
    }

    /// What is sold.
    public let booked: [BookedUnit]
    /// Bookings that wait for an end state.
    public let unfinished: [Booking]
    /// What is off sale.
    public let blocks: [Block]

    /// Describes what is known.
    public init(booked: [BookedUnit], unfinished: [Booking], blocks: [Block] = []) {
        self.booked = booked
        self.unfinished = unfinished
        self.blocks = blocks
    }
}

/// Why the ledger did not write or read.
public struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public enum Code: Hashable, Sendable {
        /// The database could not be reached, or its answer is not known after all tries.
        case unavailable
        /// Another node owns the shard.
        case fenced
        /// The database found a unit claimed beyond its capacity.
        case conflict
    }

    /// What kind of failure.
    public let code: Code
    /// What happened.
    public let message: String
    /// What went wrong underneath.
    public let cause: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, and the cause when there is one.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}

public import Inventory
public import Logging

/// What customers can do: hold, extend, release, book, and see how a booking goes on.
public final class BookingService: Sendable {
    let directory: InventoryDirectory
    private let ledger: any Ledger
    private let queue: BookingQueue
    private let statusHub: StatusHub
    let settlement: BookingSettlement
    private let clock: any BookingClock
    private let identifiers: any IdentifierSource
    let logger: Logger
    private let holdCounters = HoldCounters()

    /// The longest payment token that is accepted, in bytes.
    public static let paymentTokenLimit = 200

    /// Makes the service of one node.
    public init(
        directory: InventoryDirectory, ledger: any Ledger, queue: BookingQueue, statusHub: StatusHub,
        settlement: BookingSettlement, clock: any BookingClock, identifiers: any IdentifierSource, logger: Logger
    ) {
        self.directory = directory
        self.ledger = ledger
        self.queue = queue
        self.statusHub = statusHub
        self.settlement = settlement
        self.clock = clock
        self.identifiers = identifiers
        self.logger = logger
    }

    /// Takes up the bookings that an earlier process accepted and did not finish. Workers bring their inventories into
    /// memory, several at a time, so that none keeps the others' customers waiting.
    ///
    /// To be called once, after this node has taken its shards and before it serves customers.
    public func recover() async throws(LedgerError) {
        let unfinished = try await ledger.unfinishedBookings()
        for booking in unfinished {
            statusHub.publish(booking)
            queue.put(QueuedBooking(booking: booking, inventory: nil))
        }
        guard !unfinished.isEmpty else { return }
        logger.notice("Unfinished bookings were taken up", metadata: [.count: "\(unfinished.count)"])
    }
}

// MARK: - Holds

extension BookingService {
    /// Sets places aside for a customer: all of them or none.
    ///
    /// - Parameter own: The hold's own id, when it has been laid down already.
    public func hold(
        on offering: UniqueID, for customer: Customer, _ request: HoldRequest, as own: UniqueID? = nil
    ) async throws(BookingError) -> Hold {
        let id = HoldID(offering: offering, own: own ?? identifiers.next(at: clock.timestamp))
        return try await holdCounters.count { () async throws(BookingError) in
            try await directory.withInventory(of: offering) { (inventory) async throws(BookingError) in
                try await inventory.place(id, for: customer.id, request)
            }
        }
    }

    /// A customer's hold, with the time that it has left.
    public func hold(_ id: HoldID, of customer: UniqueID) async throws(BookingError) -> Hold {
        try await directory.withInventory(of: id.offering) { (inventory) async throws(BookingError) in
            try await inventory.hold(id, of: customer)
        }
    }

    /// Gives a customer's hold the offering's hold time again, as far as its longest hold allows.
    public func extend(_ id: HoldID, of customer: UniqueID) async throws(BookingError) -> Hold {
        try await directory.withInventory(of: id.offering) { (inventory) async throws(BookingError) in
            try await inventory.extend(id, of: customer)
        }
    }

    /// Lets a customer's hold go; its places are on sale at once.
    public func release(_ id: HoldID, of customer: UniqueID) async throws(BookingError) {
        try await directory.withInventory(of: id.offering) { (inventory) async throws(BookingError) in
            try await inventory.release(id, of: customer)
        }
    }
}

// MARK: - Bookings

extension BookingService {
    /// Books what a hold has. When this returns the booking is durable; a worker then has it paid.
    ///
    /// - Parameters:
    ///   - paymentToken: The gateway's reference to the means of payment.
    ///   - own: The booking's own id, when it has been laid down already.
    /// - Returns: The booking, `queued`.
    /// - Throws: `BookingError`. After `ledgerUnavailable` the hold counts as booked until the ledger has answered, and is
    ///   then given back with a minute left at least; nothing is charged.
    public func book(
        _ hold: HoldID, for customer: Customer, paymentToken: String, as own: UniqueID? = nil
    ) async throws(BookingError) -> Booking {
        guard (1...Self.paymentTokenLimit).contains(paymentToken.utf8.count), !paymentToken.utf8.contains(0) else {
            throw BookingError(
                .invalidPayment, "The payment token must have 1 to \(Self.paymentTokenLimit) bytes, none of them zero.")
        }
        let place = try queue.reserve(for: hold.offering)
        let submitted: QueuedBooking
        do {
            submitted = try await directory.withInventory(of: hold.offering) {
                (inventory) async throws(BookingError) in
                try await submit(hold, in: inventory, for: customer, paymentToken: paymentToken, as: own)
            }
        } catch {
            queue.giveBack(place)
            throw error
        }
        if submitted.doubt == nil { statusHub.publish(submitted.booking) }
        queue.put(submitted, in: place)
        if let doubt = submitted.doubt { throw .ledger(doubt, offering: hold.offering) }
        return submitted.booking
    }

    /// Turns a hold into a booking in memory and has it written.
    ///
    /// - Returns: The booking, in doubt when the ledger could not be reached: it may have been written all the same, so
    ///   its claims stay with it until a worker has found that out.
    private func submit(
        _ hold: HoldID, in inventory: InventoryActor, for customer: Customer, paymentToken: String, as own: UniqueID?
    ) async throws(BookingError) -> QueuedBooking {
        let now = clock.timestamp
        let id = BookingID(offering: hold.offering, own: own ?? identifiers.next(at: now))
        let claims: [Claim]
        let offering: Offering
        do throws(BookingError) {
            (claims, offering) = try await inventory.submit(hold, of: customer.id, as: id)
        } catch {
            // The same request came before, and what became of it is not known yet.
            throw error.bookingID == id ? .changing(id) : error
        }
        let booking = Booking(
            id: id, hold: hold, customer: customer, claims: claims, currency: offering.currency,
            paymentToken: paymentToken, createdAt: now)
        do {
            try await ledger.commit(
                LedgerChange(.queued, booking, offering: offering, epoch: inventory.epoch))
        } catch  where error.code == .unavailable {
            return QueuedBooking(booking: booking, inventory: inventory, doubt: error)
        } catch {
            await inventory.withdraw(hold)
            throw .ledger(error, offering: hold.offering)
        }
        return QueuedBooking(booking: booking, inventory: inventory)
    }

    /// A booking as it stands now.
    public func booking(_ id: BookingID) async throws(BookingError) -> Booking {
        if let live = statusHub.latest(id) { return live }
        do {
            if let booking = try await ledger.booking(id) { return booking }
        } catch {
            throw .unreadable(error)
        }
        throw .noSuchBooking(id)
    }

    /// A customer's bookings, newest first.
    ///
    /// - Parameter before: The place of the last booking of the page before; nil for the first page.
    public func bookings(
        of customer: UniqueID, limit: Int, before: BookingCursor?
    ) async throws(BookingError) -> [Booking] {
        do {
            let bookings = try await ledger.bookings(of: customer, limit: limit, before: before)
            return bookings.map { statusHub.latest($0.id) ?? $0 }
        } catch {
            throw .unreadable(error)
        }
    }

    /// Cancels a customer's booking as its organizer allows: its places go back on sale at once, and its money to the
    /// customer as soon as the gateway gives it back. One that is cancelled already is returned as it is.
    ///
    /// - Throws: `BookingError`. After `ledgerUnavailable` the booking may be cancelled all the same.
    public func cancel(_ id: BookingID, of customer: UniqueID) async throws(BookingError) -> Booking {
        defer { settlement.wake() }
        return try await settlement.amendments.cancel(id, of: customer)
    }

    /// A booking's present state, and those that follow until it has ended.
    public func updates(of id: BookingID) async throws(BookingError) -> BookingUpdates {
        // Listen before looking, so that no state falls in between.
        let (following, source) = statusHub.states(of: id)
        let current = try await booking(id)
        // Nothing follows when no worker of this node has it, or has it any more.
        if statusHub.latest(id) == nil { statusHub.abandon(id) }
        return BookingUpdates(current: current, following: following, source: source)
    }
}

// MARK: - Views

extension BookingService {
    /// How many places are free, held and booked.
    public func availability(of offering: UniqueID) async throws(BookingError) -> Availability {
        try await directory.withInventory(of: offering) { await $0.availability() }
    }

    /// Each seat, of one section or of all.
    public func seatMap(of offering: UniqueID, section: String?) async throws(BookingError) -> SeatMap {
        try await directory.withInventory(of: offering) { (inventory) async throws(BookingError) in
            try await inventory.seatMap(section: section)
        }
    }

    /// What is sold.
    public func offering(_ id: UniqueID) async throws(BookingError) -> Offering {
        try await directory.withInventory(of: id) { await $0.offering }
    }

    /// Has `body` follow what becomes of an offering's units. The inventory stays in memory meanwhile, unless this node
    /// loses it: then the feed ends.
    public func followSeats(
        of offering: UniqueID, _ body: @Sendable (SeatFeed) async -> Void
    ) async throws(BookingError) {
        try await directory.withInventory(of: offering) { (inventory) async throws(BookingError) in
            let feed = await inventory.follow()
            await body(feed)
            await inventory.unfollow(feed)
        }
    }

    /// Who sells the offering.
    public func organizer(of offering: UniqueID) async throws(BookingError) -> UniqueID {
        try await directory.withInventory(of: offering) { await $0.offering.organizer }
    }
}

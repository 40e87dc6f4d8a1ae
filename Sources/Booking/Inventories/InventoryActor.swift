import Inventory
import Logging

/// Owns one offering's inventory: decides in memory, then has the hold remembered.
///
/// State changes only in synchronous steps. Nothing that was seen before an `await` is relied on after it.
actor InventoryActor {
    nonisolated let id: UniqueID
    nonisolated let epoch: Int64

    /// As its organizer has it now; its layout never changes.
    var offering: Offering
    var inventory: Inventory
    var blocks = BlockTable()
    var backlog: HoldBacklog
    /// Those who are told what changes.
    var feeds: [SeatFeed] = []
    let holdStore: any HoldStore
    let clock: any BookingClock
    let logger: Logger
    private var expiry = HoldExpiry()
    private let backlogs: HoldBacklogs
    /// Where organizers' history of holds begins; nil when nobody keeps one.
    private let trail: HoldTrail?
    private var notedBacklog: Int?
    /// Bookings with a change that may still have to be carried out here.
    private var unsettled: Set<BookingID> = []
    private(set) var isStopped = false
    private let executor: (any TaskExecutor)?

    /// - Parameters:
    ///   - isBacked: Whether the inventory was made with what the hold store remembers.
    ///   - executor: Where the inventory's timer runs; nil for the default.
    init(
        offering: Offering, epoch: Int64, inventory: Inventory, holdStore: any HoldStore, isBacked: Bool = true,
        backlogs: HoldBacklogs, trail: HoldTrail? = nil, clock: any BookingClock, executor: (any TaskExecutor)?,
        logger: Logger
    ) {
        id = offering.id
        self.offering = offering
        self.epoch = epoch
        self.inventory = inventory
        self.holdStore = holdStore
        self.backlogs = backlogs
        self.trail = trail
        backlog = HoldBacklog(isFenced: isBacked)
        self.clock = clock
        self.executor = executor
        self.logger = logger
    }

    /// Begins to end holds at their deadlines.
    func start() {
        armExpiry()
        noteBacklog()
    }

    /// Stops ending holds and telling of them, for an inventory that is let go.
    func stop() {
        expiry.cancel()
        for feed in feeds { feed.end() }
        feeds = []
        note(nil)
        isStopped = true
    }

    /// Keeps the inventory in memory until a change of a booking is settled.
    func stay(for booking: BookingID) {
        unsettled.insert(booking)
    }

    /// A change of a booking is settled.
    func mayGo(after booking: BookingID) {
        unsettled.remove(booking)
    }

    /// Whether nothing is reserved, and the stores have all that there is to know.
    var isAtRest: Bool { isEmpty && backlog.isEmpty && blocks.isSettled }

    /// Whether nothing is held or being bought, and no change of a booking is left to be carried out.
    var isEmpty: Bool { inventory.reservationCount == 0 && unsettled.isEmpty }

    /// To be called when the backlog may have changed.
    func noteBacklog() {
        note(backlog.isEmpty ? nil : backlog.holds.count)
    }

    private func note(_ unbacked: Int?) {
        guard !isStopped, unbacked != notedBacklog else { return }
        notedBacklog = unbacked
        backlogs.note(unbacked, of: offering.id)
    }
}

// MARK: - Holds

extension InventoryActor {
    func place(_ id: HoldID, for customer: UniqueID, _ request: HoldRequest) async throws(BookingError) -> Hold {
        try checkIsNotCancelled()
        let selection = try selection(of: request)
        let reservation = try decide(.hold(id.own, customer: customer, selection), at: clock.now)
        armExpiry()
        do {
            try await remember(reservation)
        } catch {
            settle(.release(id.own, customer: customer))
            // It may have come to the store all the same.
            await forget(reservation)
            throw error
        }
        note(.held, reservation, at: reservation.heldSince)
        return hold(reservation)
    }

    func hold(_ id: HoldID, of customer: UniqueID) throws(BookingError) -> Hold {
        let now = clock.now
        do {
            return hold(try inventory.hold(id.own, of: customer, at: now))
        } catch {
            throw refusal(error, at: now)
        }
    }

    /// Gives a hold its time again. The deadline only moves away, so the expiry that is armed for the old one will do.
    func extend(_ id: HoldID, of customer: UniqueID) async throws(BookingError) -> Hold {
        try checkIsNotCancelled()
        try await remember(try decide(.extend(id.own, customer: customer), at: clock.now))
        return try hold(id, of: customer)
    }

    func release(_ id: HoldID, of customer: UniqueID) async throws(BookingError) {
        let now = clock.now
        let released = try decide(.release(id.own, customer: customer), at: now)
        note(.released, released, at: now)
        await forget(released)
    }
}

// MARK: - Bookings

extension InventoryActor {
    /// Turns a hold into a booking in payment and returns what is bought, and of what.
    func submit(
        _ id: HoldID, of customer: UniqueID, as booking: BookingID
    ) throws(BookingError) -> (claims: [Claim], offering: Offering) {
        try checkIsNotCancelled()
        let submitted = try decide(.submit(id.own, customer: customer, booking: booking.own), at: clock.now)
        return (claims(submitted), offering)
    }

    /// Takes a submit back whose booking was not written.
    func withdraw(_ id: HoldID) {
        settle(.withdraw(id.own))
        armExpiry()
    }

    /// Sells what a booking has, after the ledger has recorded it.
    func confirm(_ id: HoldID) async {
        if let sold = settle(.confirm(id.own)) { await forget(sold) }
    }

    /// Gives what a failed booking had back to its hold, with time left to try again.
    func fail(_ id: HoldID, keepFor grace: Duration) async {
        guard let reservation = settle(.fail(id.own, keepUntil: clock.now + grace)) else { return }
        armExpiry()
        do {
            try await remember(reservation)
        } catch {
            logger.error("A hold could not be given back", metadata: [.offering: "\(offering.id)", .error: "\(error)"])
        }
    }

    /// Takes the places of a booking that failed once more, for a payment that came late: out of its hold, or from what is
    /// free.
    ///
    /// - Returns: The hold that has all of them, submitted, to be confirmed or withdrawn; nil when they could not be had.
    func retake(_ booking: Booking) -> HoldID? {
        guard !offering.isCancelled else { return nil }
        let now = clock.now
        let customer = booking.customer.id
        let submit = Command.submit(booking.hold.own, customer: customer, booking: booking.id.own)
        if case .success = apply(submit, at: now) { return booking.hold }
        // The old hold has ended, so the booking lends a new one its name.
        let new = HoldID(offering: offering.id, own: booking.id.own)
        do {
            let changes = try inventory.restore(
                Reservation(
                    hold: new.own, customer: customer, claims: try unitClaims(of: booking.claims), heldSince: now,
                    deadline: now, phase: .submitted(booking: booking.id.own)),
                at: now)
            publish(changes)
            return new
        } catch {
            return nil
        }
    }

    /// Puts what a booking had on sale again, after the ledger has recorded its cancellation.
    func cancel(_ booking: Booking) {
        do {
            settle(
                .cancel(
                    booking.id.own, customer: booking.customer.id, claims: try unitClaims(of: booking.claims)))
        } catch {
            logger.critical(
                "A cancelled booking's places do not fit the layout",
                metadata: [.offering: "\(offering.id)", .booking: "\(booking.id)", .error: "\(error)"])
        }
    }

    /// Applies what the ledger has decided already, so a refusal can only be a mistake of ours.
    @discardableResult
    private func settle(_ command: Command) -> Reservation? {
        switch apply(command, at: clock.now) {
        case .success(let reservation):
            return reservation
        case .failure(let refusal):
            logger.critical(
                "Inventory and ledger disagree",
                metadata: [.offering: "\(offering.id)", .command: "\(command)", .error: "\(refusal)"])
            return nil
        }
    }
}

// MARK: - Views

extension InventoryActor {
    func availability() async -> Availability {
        await expireDueHolds()
        let sections = offering.layout.sections.enumerated().map { index, section in
            let counts = inventory.counts(ofSection: index)
            return Availability.Section(
                name: section.name, available: counts.free, held: counts.held, booked: counts.booked,
                blocked: counts.blocked)
        }
        return Availability(version: inventory.version, sections: sections)
    }

    func seatMap(section name: String?) async throws(BookingError) -> SeatMap {
        await expireDueHolds()
        let layout = offering.layout
        var indices = Array(layout.sections.indices)
        if let name {
            guard let index = layout.sectionIndex(named: name) else { throw unknownUnit(name) }
            indices = [index]
        }
        var seats: [SeatMap.Seat] = []
        for index in indices {
            guard case .seated = layout.sections[index].kind else { continue }
            for unit in layout.units(ofSection: index) {
                seats.append(
                    SeatMap.Seat(
                        id: layout.name(of: unit), status: SeatMap.Status(inventory.counts(of: unit)),
                        priceMinor: layout.sections[index].priceMinor))
            }
        }
        return SeatMap(version: inventory.version, seats: seats)
    }
}

// MARK: - Expiry

extension InventoryActor {
    /// How many holds end in one go. Between two goes other callers get their turn.
    private static let expiryBatch = 1_000

    private func armExpiry() {
        guard let deadline = inventory.nextDeadline else { return }
        expiry.arm(for: deadline, clock: clock, executor: executor) { [weak self] in await self?.deadlineReached() }
    }

    private func deadlineReached() async {
        expiry.fired()
        await expireDueHolds()
        armExpiry()
    }

    /// Returns when nothing is left that is over.
    func expireDueHolds() async {
        while expireSomeHolds() == Self.expiryBatch { await Task.yield() }
    }

    private func expireSomeHolds() -> Int {
        let now = clock.now
        let decision = inventory.expire(at: now, limit: Self.expiryBatch)
        publish(decision.changes)
        noteLapsed(decision.lapsed, at: now)
        noteBacklog()
        return decision.lapsed.count
    }

    /// To be called with what has ended by its deadline now.
    func noteLapsed(_ lapsed: [Reservation], at now: Moment) {
        guard !lapsed.isEmpty else { return }
        ExpiryMetrics.record(lapsed, at: now)
        backlog.ended(lapsed.lazy.map(\.hold))
        for hold in lapsed where hold.phase == .held { note(.expired, hold, at: hold.deadline) }
    }

    /// Remembers for organizers what has happened to a hold.
    func note(_ kind: HoldStep.Kind, _ hold: Reservation, at now: Moment) {
        trail?.append(
            HoldTrail.Step(kind: kind, offering: id, layout: offering.layout, reservation: hold, time: now))
    }
}

// MARK: - Deciding

extension InventoryActor {
    private func decide(_ command: Command, at now: Moment) throws(BookingError) -> Reservation {
        do {
            return try apply(command, at: now).get()
        } catch {
            throw refusal(error, at: now)
        }
    }

    func apply(_ command: Command, at now: Moment) -> Result<Reservation, Refusal> {
        let decision = inventory.apply(command, at: now)
        publish(decision.changes)
        noteLapsed(decision.lapsed, at: now)
        return decision.outcome
    }

    private func hold(_ reservation: Reservation) -> Hold {
        let remaining = max(.zero, reservation.deadline - clock.now)
        return Hold(
            id: HoldID(offering: offering.id, own: reservation.hold), claims: claims(reservation),
            currency: offering.currency, expiresAt: clock.timestamp + remaining, remaining: remaining)
    }

    func refusal(_ refusal: Refusal, at now: Moment) -> BookingError {
        BookingError(refusal, of: offering, now: now, timestamp: clock.timestamp)
    }
}

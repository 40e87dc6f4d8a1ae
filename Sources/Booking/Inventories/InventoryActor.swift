import Inventory
import Logging
import Metrics

/// Owns one offering's inventory: decides in memory, then has the hold remembered.
///
/// State changes only in synchronous steps. Nothing that was seen before an `await` is relied on after it.
actor InventoryActor {
    nonisolated let offering: Offering
    nonisolated let epoch: Int64

    private var inventory: Inventory
    private var expiry = HoldExpiry()
    private let holdStore: any HoldStore
    private let clock: any BookingClock
    private let executor: (any TaskExecutor)?
    private let logger: Logger

    /// - Parameter executor: Where the inventory's timer runs; nil for the default.
    init(
        offering: Offering, epoch: Int64, inventory: Inventory, holdStore: any HoldStore, clock: any BookingClock,
        executor: (any TaskExecutor)?, logger: Logger
    ) {
        self.offering = offering
        self.epoch = epoch
        self.inventory = inventory
        self.holdStore = holdStore
        self.clock = clock
        self.executor = executor
        self.logger = logger
    }

    /// Begins to end holds at their deadlines.
    func start() {
        armExpiry()
    }

    /// Stops ending holds, for an inventory that is let go.
    func stop() {
        expiry.cancel()
    }
}

// MARK: - Holds

extension InventoryActor {
    func place(_ id: HoldID, for customer: UniqueID, _ request: HoldRequest) async throws(BookingError) -> Hold {
        let selection = try selection(of: request)
        let reservation = try decide(.hold(id.own, customer: customer, selection), at: clock.now)
        armExpiry()
        do {
            try await remember(reservation)
        } catch {
            settle(.release(id.own, customer: customer))
            throw error
        }
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
        try await remember(try decide(.extend(id.own, customer: customer), at: clock.now))
        do {
            return try hold(id, of: customer)
        } catch {
            // Let go in the meantime, and perhaps remembered only after it had been forgotten.
            if error.code == .holdReleased { await forget(id) }
            throw error
        }
    }

    func release(_ id: HoldID, of customer: UniqueID) async throws(BookingError) {
        try decide(.release(id.own, customer: customer), at: clock.now)
        await forget(id)
    }
}

// MARK: - Bookings

extension InventoryActor {
    /// Turns a hold into a booking in payment and returns what is bought.
    func submit(
        _ id: HoldID, of customer: UniqueID, as booking: BookingID
    ) throws(BookingError) -> [Claim] {
        claims(try decide(.submit(id.own, customer: customer, booking: booking.own), at: clock.now))
    }

    /// Takes a submit back whose booking was not written.
    func withdraw(_ id: HoldID) {
        settle(.withdraw(id.own))
        armExpiry()
    }

    /// Sells what a booking has, after the ledger has recorded it.
    func confirm(_ id: HoldID) async {
        settle(.confirm(id.own))
        await forget(id)
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
        let now = clock.now
        let customer = booking.customer.id
        let submit = Command.submit(booking.hold.own, customer: customer, booking: booking.id.own)
        if case .success = inventory.apply(submit, at: now).outcome { return booking.hold }
        // The old hold has ended, so the booking lends a new one its name.
        let new = HoldID(offering: offering.id, own: booking.id.own)
        do {
            try inventory.restore(
                Reservation(
                    hold: new.own, customer: customer, claims: try unitClaims(of: booking.claims), heldSince: now,
                    deadline: now, phase: .submitted(booking: booking.id.own)),
                at: now)
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
                    booking.hold.own, customer: booking.customer.id, claims: try unitClaims(of: booking.claims)))
        } catch {
            logger.critical(
                "A cancelled booking's places do not fit the layout",
                metadata: [.offering: "\(offering.id)", .booking: "\(booking.id)", .error: "\(error)"])
        }
    }

    /// Applies what the ledger has decided already, so a refusal can only be a mistake of ours.
    @discardableResult
    private func settle(_ command: Command) -> Reservation? {
        switch inventory.apply(command, at: clock.now).outcome {
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
    private func expireDueHolds() async {
        while inventory.expire(at: clock.now, limit: Self.expiryBatch).lapsed.count == Self.expiryBatch {
            await Task.yield()
        }
    }
}

// MARK: - Deciding and remembering

extension InventoryActor {
    @discardableResult
    private func decide(_ command: Command, at now: Moment) throws(BookingError) -> Reservation {
        do {
            return try inventory.apply(command, at: now).get()
        } catch {
            throw refusal(error, at: now)
        }
    }

    /// Has a hold remembered. While the store is away the hold lives in memory only, and sales go on.
    private func remember(_ reservation: Reservation) async throws(BookingError) {
        let layout = offering.layout
        let (now, timestamp) = (clock.now, clock.timestamp)
        let stored = StoredHold(
            id: HoldID(offering: offering.id, own: reservation.hold), customer: reservation.customer,
            claims: reservation.claims.map { .init(unit: layout.name(of: $0.unit), quantity: $0.quantity) },
            heldSince: timestamp + (reservation.heldSince - now), expiresAt: timestamp + (reservation.deadline - now))
        do {
            try await holdStore.put(stored, epoch: epoch)
        } catch  where error.code == .fenced {
            throw .notOwner(offering.id, cause: error)
        } catch {
            Counter(label: "usher_unbacked_holds_total").increment()
            logger.warning("A hold is unbacked", metadata: [.offering: "\(offering.id)", .error: "\(error)"])
        }
    }

    /// What stays in the store by mistake ends there by itself, at its deadline.
    private func forget(_ id: HoldID) async {
        do {
            try await holdStore.remove(id, epoch: epoch)
        } catch {
            logger.debug("A hold was not forgotten", metadata: [.offering: "\(offering.id)", .error: "\(error)"])
        }
    }

    private func hold(_ reservation: Reservation) -> Hold {
        let remaining = max(.zero, reservation.deadline - clock.now)
        return Hold(
            id: HoldID(offering: offering.id, own: reservation.hold), claims: claims(reservation),
            currency: offering.currency, expiresAt: clock.timestamp + remaining, remaining: remaining)
    }

    private func refusal(_ refusal: Refusal, at now: Moment) -> BookingError {
        BookingError(refusal, of: offering, now: now, timestamp: clock.timestamp)
    }
}

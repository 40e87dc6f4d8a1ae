import Inventory
import Logging

/// Builds an inventory from what the ledger and the hold store remember.
struct InventoryActivator: Sendable {
    let offerings: any OfferingSource
    let ledger: any Ledger
    let holdStore: any HoldStore
    let backlogs: HoldBacklogs
    let trail: HoldTrail?
    let epochs: ShardEpochs
    let clock: any BookingClock
    let executor: (any TaskExecutor)?
    let logger: Logger

    func activate(_ id: UniqueID) async throws -> InventoryActor {
        guard let offering = try await offerings.offering(id) else {
            throw BookingError(.eventNotFound, "There is no event \(id).")
        }
        let epoch = epochs[id]
        // The fence first: once it stands, no other node can add to what is read next.
        let stored = try await openHolds(of: id, epoch: epoch)
        // Nobody can buy what is held of a cancelled offering.
        let holds = offering.isCancelled ? [] : stored ?? []
        let state = try await ledger.state(of: id)
        let bought = holds.isEmpty ? [] : try await ledger.bookedHolds(among: holds.map(\.id))

        var inventory = Inventory(
            layout: offering.layout, rules: Rules(of: offering, now: clock.now, timestamp: clock.timestamp))
        restore(state, of: offering, into: &inventory)
        restore(holds.filter { !bought.contains($0.id) }, of: offering, into: &inventory)
        let actor = InventoryActor(
            offering: offering, epoch: epoch, inventory: inventory, holdStore: holdStore, isBacked: stored != nil,
            backlogs: backlogs, trail: trail, clock: clock, executor: executor, logger: logger)
        await actor.restore(state.blocks)
        await actor.start()
        return actor
    }

    /// The holds on an offering; nil when the store is away, since sales go on without it.
    private func openHolds(of offering: UniqueID, epoch: Int64) async throws(BookingError) -> [StoredHold]? {
        do {
            return try await holdStore.open(offering, epoch: epoch)
        } catch  where error.code == .fenced {
            throw .notOwner(offering, cause: error)
        } catch {
            logger.warning(
                "Holds could not be recovered", metadata: [.offering: "\(offering)", .error: "\(error)"])
            return nil
        }
    }

    private func restore(_ state: LedgerState, of offering: Offering, into inventory: inout Inventory) {
        let now = clock.now
        for booked in state.booked {
            attempt("A sold place could not be restored", offering) {
                try inventory.restoreBooked(unitClaim(booked.unit, booked.quantity, of: offering), by: booked.customer)
            }
        }
        for booking in state.unfinished {
            attempt("A booking could not be restored", offering) {
                let reservation = Reservation(
                    hold: booking.hold.own, customer: booking.customer.id,
                    claims: UnitClaims(try booking.claims.map { try unitClaim($0.unit, $0.quantity, of: offering) }),
                    heldSince: now + (booking.createdAt - clock.timestamp), deadline: now,
                    phase: .submitted(booking: booking.id.own))
                try inventory.restore(reservation, at: now)
            }
        }
    }

    /// Restores the newest holds first. Of two that want the same place the newer one stands: whoever granted it had begun
    /// without the older one, while the store was away.
    private func restore(_ holds: [StoredHold], of offering: Offering, into inventory: inout Inventory) {
        let now = clock.now
        let timestamp = clock.timestamp
        // More than any hold has left, unless the wall clock has gone back since it was written.
        let longestRemaining = max(offering.holdTTL, BookingWorkerPool.graceAfterFailure)
        let newestFirst = holds.sorted { $0.id.own > $1.id.own }
        for hold in newestFirst where hold.expiresAt > timestamp {
            let heldSince = hold.heldSince ?? hold.expiresAt + (.zero - offering.holdTTL)
            let remaining = min(hold.expiresAt - timestamp, longestRemaining)
            attempt("A hold could not be restored", offering) {
                let reservation = Reservation(
                    hold: hold.id.own, customer: hold.customer,
                    claims: UnitClaims(try hold.claims.map { try unitClaim($0.unit, $0.quantity, of: offering) }),
                    heldSince: now + min(heldSince - timestamp, .zero), deadline: now + remaining)
                try inventory.restore(reservation, at: now)
            }
        }
    }

    /// A record that does not fit is reported and left out; it must not take the whole event off sale.
    private func attempt(_ failure: Logger.Message, _ offering: Offering, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            logger.critical(failure, metadata: [.offering: "\(offering.id)", .error: "\(error)"])
        }
    }

    private func unitClaim(_ unit: String, _ quantity: Int, of offering: Offering) throws(BookingError) -> UnitClaim {
        guard let index = offering.layout.unit(named: unit) else {
            throw BookingError(.unknownUnit, "The layout has no unit \(unit).")
        }
        return UnitClaim(unit: index, quantity: quantity)
    }
}

extension Rules {
    /// What an offering allows. The sale's window is put on the monotonic clock here, once: a wall clock that jumps
    /// afterwards neither opens nor closes a sale.
    init(of offering: Offering, now: Moment, timestamp: Timestamp) {
        func moment(_ time: Timestamp) -> Moment { now + (time - timestamp) }

        self.init(
            holdTime: offering.holdTTL, longestHold: offering.longestHold, unitsPerHold: offering.maxUnitsPerHold,
            unitsPerCustomer: offering.maxUnitsPerCustomer, saleOpens: offering.salesStart.map(moment),
            saleCloses: offering.salesEnd.map(moment))
    }
}

import Inventory
import Logging

/// What its organizer changes about an offering on sale.
extension InventoryActor {
    /// Goes by the offering as its organizer has it now; an older state that comes late is passed over.
    func follow(_ changed: Offering) {
        guard changed.version > offering.version else { return }
        guard changed.layout == offering.layout else {
            logger.critical("An offering's layout has changed while it is sold", metadata: [.offering: "\(id)"])
            return
        }
        offering = changed
        inventory.follow(Rules(of: changed, now: clock.now, timestamp: clock.timestamp))
    }

    func checkIsNotCancelled() throws(BookingError) {
        guard !offering.isCancelled else {
            throw BookingError(.eventCancelled, "The event has been cancelled; nothing of it is sold any more.")
        }
    }

    /// Ends all holds: in memory first, so that a hold store that is slow delays none.
    func releaseHolds() async {
        var released: [Reservation] = []
        for held in inventory.allReservations where held.phase == .held {
            // Somebody else may have ended it between two turns.
            let now = clock.now
            if case .success(let ended) = apply(.release(held.hold, customer: held.customer), at: now) {
                note(.withdrawn, ended, at: now)
                released.append(ended)
            }
            if released.count % 1_000 == 999 { await Task.yield() }
        }
        for hold in released { await forget(hold) }
    }
}

// MARK: - Blocks

extension InventoryActor {
    /// Takes places off sale in memory, to be written and then reported by `blockWritten`.
    func block(_ places: HoldRequest, as id: UniqueID) throws(BookingError) -> [Claim] {
        guard blocks.claims.count < BlockTable.limit else {
            var error = BookingError(
                .tooManyBlocks, "An event can have \(BlockTable.limit) blocks at most; put some back first.")
            error.limit = BlockTable.limit
            throw error
        }
        // A request may be repeated whose first try was left in doubt.
        let wanted: UnitClaims
        if let written = blocks[id] {
            wanted = written
        } else {
            wanted = try unitClaims(of: places)
            try take(wanted)
            blocks[id] = wanted
        }
        blocks.beginWriting()
        return claims(of: wanted)
    }

    /// - Parameter outcome: Whether the record has the block; nil when that is not known.
    func blockWritten(_ id: UniqueID, outcome: Bool?) {
        blocks.endWriting(inDoubt: outcome == nil)
        if outcome == false { putBack(id) }
    }

    /// A block's removal is about to be written, to be reported by `unblockWritten`.
    func beginUnblocking() {
        blocks.beginWriting()
    }

    /// - Parameter outcome: Whether the record has lost the block by this write; nil when that is not known.
    func unblockWritten(_ id: UniqueID, outcome: Bool?) {
        blocks.endWriting(inDoubt: outcome == nil)
        if outcome == true { putBack(id) }
    }

    /// Takes the blocks of the record over, unless something was written since `changes` was read.
    ///
    /// - Returns: Whether they could be.
    func follow(_ recorded: [Block], changes: Int) -> Bool {
        guard blocks.stoodStill(since: changes) else { return false }
        let ids = Set(recorded.map(\.id))
        for id in blocks.claims.keys where !ids.contains(id) { putBack(id) }
        restore(recorded.filter { blocks[$0.id] == nil })
        blocks.settle()
        return true
    }

    /// Takes places off sale that the record has off sale.
    func restore(_ recorded: [Block]) {
        for block in recorded {
            do {
                let wanted = try unitClaims(of: block.claims)
                try take(wanted)
                blocks[block.id] = wanted
            } catch {
                logger.critical(
                    "A block could not be restored", metadata: [.offering: "\(id)", .error: "\(error)"])
            }
        }
    }

    private func take(_ wanted: UnitClaims) throws(BookingError) {
        let now = clock.now
        let decision = inventory.block(wanted, at: now)
        publish(decision.changes)
        noteLapsed(decision.lapsed, at: now)
        do {
            try decision.get()
        } catch {
            throw blockRefusal(error, at: now)
        }
    }

    private func putBack(_ id: UniqueID) {
        guard let claims = blocks[id] else { return }
        blocks[id] = nil
        let decision = inventory.unblock(claims)
        publish(decision.changes)
        do {
            try decision.get()
        } catch {
            logger.critical(
                "A block's places are not off sale", metadata: [.offering: "\(self.id)", .error: "\(error)"])
        }
    }

    /// The words of a refused hold, made those of a refused block.
    private func blockRefusal(_ refusal: Refusal, at now: Moment) -> BookingError {
        switch refusal {
        case .noClaims:
            return BookingError(.emptyBlock, "The block names nothing: name at least one seat or general place.")
        case .tooManyForHold(let limit):
            var error = BookingError(.tooManyUnits, "A block can name \(limit) seats and sections at most.")
            error.limit = limit
            return error
        case .unavailable:
            var error = BookingError(
                .seatsUnavailable, "Nothing was blocked: some of the places are held, sold or blocked already.")
            error.unavailable = self.refusal(refusal, at: now).unavailable
            return error
        default:
            return self.refusal(refusal, at: now)
        }
    }
}

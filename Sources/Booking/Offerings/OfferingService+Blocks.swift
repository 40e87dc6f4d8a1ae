public import Inventory

/// Blocks: places off sale.
extension OfferingService {
    /// Takes places off sale: all of them, or none when one is held, sold or blocked already.
    ///
    /// - Parameters:
    ///   - reason: What for, to be read by organizers.
    ///   - own: The block's id, when it has been laid down already.
    /// - Throws: `BookingError`. After `ledgerUnavailable` the places stay off sale until it is known whether the block
    ///   has been recorded.
    public func block(
        _ places: HoldRequest, of offering: UniqueID, reason: String?, by user: UniqueID, as own: UniqueID? = nil
    ) async throws(BookingError) -> Block {
        let now = clock.timestamp
        let id = own ?? identifiers.next(at: now)
        return try await directory.withInventory(of: offering) {
            (inventory) async throws(BookingError) in
            let block = Block(
                id: id, offering: offering, claims: try await inventory.block(places, as: id), reason: reason,
                createdBy: user, createdAt: now)
            do throws(LedgerError) {
                try await ledger.add(block, epoch: inventory.epoch)
            } catch {
                await inventory.blockWritten(id, outcome: error.code == .unavailable ? nil : false)
                throw refusal(error, of: offering)
            }
            await inventory.blockWritten(id, outcome: true)
            return block
        }
    }

    /// Puts a block's places on sale again.
    ///
    /// - Throws: `BookingError`. After `ledgerUnavailable` the block may be gone all the same.
    public func unblock(_ id: UniqueID, of offering: UniqueID, by user: UniqueID) async throws(BookingError) {
        let removal = BlockRemoval(of: id, on: offering, removedBy: user, removedAt: clock.timestamp)
        try await directory.withInventory(of: offering) {
            (inventory) async throws(BookingError) in
            await inventory.beginUnblocking()
            let isRemoved: Bool
            do throws(LedgerError) {
                isRemoved = try await ledger.removeBlock(removal, epoch: inventory.epoch)
            } catch {
                await inventory.unblockWritten(id, outcome: error.code == .unavailable ? nil : false)
                throw refusal(error, of: offering)
            }
            await inventory.unblockWritten(id, outcome: isRemoved)
            if !isRemoved { throw BookingError(.blockNotFound, "The event has no block \(id).") }
        }
    }

    /// An offering's blocks, oldest first.
    public func blocks(of offering: UniqueID) async throws(BookingError) -> [Block] {
        try await directory.withInventory(of: offering) {
            (inventory) async throws(BookingError) in
            do throws(LedgerError) {
                return try await ledger.blocks(of: offering, epoch: inventory.epoch)
            } catch {
                throw refusal(error, of: offering)
            }
        }
    }

    /// What is recorded of one unit of an offering; what happened to a hold a moment ago may not be yet.
    public func history(ofUnit unit: String, on offering: UniqueID) async throws(BookingError) -> UnitHistory {
        do {
            var history = try await ledger.history(ofUnit: unit, on: offering, limit: Self.historyLimit)
            history.holds =
                try await holdHistory?.steps(ofUnit: unit, on: offering, limit: Self.historyLimit) ?? []
            return history
        } catch {
            throw .unreadable(error)
        }
    }

    private static let historyLimit = 100

    private func refusal(_ error: LedgerError, of offering: UniqueID) -> BookingError {
        guard error.code == .unavailable else { return .ledger(error, offering: offering) }
        review(offering)
        var refusal = BookingError(
            .ledgerUnavailable, "Whether this was written is not known, since the database is away. Ask again.")
        refusal.retryAfter = .seconds(1)
        refusal.cause = error
        return refusal
    }
}

public import Inventory

/// The durable record of places that organizers have taken off sale.
///
/// Like all of the ledger it takes nothing from a node whose epoch is not the shard's any more.
public protocol BlockBook: Sendable {
    /// An offering's blocks, oldest first. What a write of the same epoch has left in doubt is decided by then: it is
    /// among them or will never be.
    func blocks(of offering: UniqueID, epoch: Int64) async throws(LedgerError) -> [Block]

    /// Writes a block; one that is there already is accepted again.
    func add(_ block: Block, epoch: Int64) async throws(LedgerError)

    /// Writes that a block's places are on sale again; only the history of its places remembers it then.
    ///
    /// - Returns: Whether it was there.
    func removeBlock(_ removal: BlockRemoval, epoch: Int64) async throws(LedgerError) -> Bool

    /// What is recorded of one unit of an offering, the latest of each kind.
    ///
    /// - Parameter limit: Bookings, and blocks, at most.
    func history(ofUnit unit: String, on offering: UniqueID, limit: Int) async throws(LedgerError) -> UnitHistory
}

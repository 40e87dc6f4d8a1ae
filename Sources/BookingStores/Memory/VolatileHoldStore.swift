public import Booking
public import Inventory

/// Keeps nothing: holds live in their inventories alone, and a crash ends them.
///
/// What was booked is safe nonetheless. It is in the ledger, whose fence and indexes do not depend on a hold store.
public struct VolatileHoldStore: HoldStore {
    /// Makes a store.
    public init() {}

    public func open(_ offering: UniqueID, epoch: Int64) -> [StoredHold] { [] }

    public func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) {}

    public func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) {}

    /// Always the same, since nothing was kept that could be lost.
    public func incarnation() -> String { "" }
}

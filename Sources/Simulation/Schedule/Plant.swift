/// A deliberate bug, planted in the stores or between them and a node. Each must be found: a checker that finds nothing
/// proves nothing.
public enum Plant: String, CaseIterable, Sendable {
    /// The ledger and the hold store let old epochs write.
    case fenceOff
    /// The ledger lets a unit be claimed beyond its capacity.
    case uniqueIndexOff
    /// A node's sleeps end one second early, and its clock then shows the deadline.
    case deadlineEarly
    /// A node is told that a failed booking could not be written, so it never gives the claims back to the hold.
    case holdNotReturned
    /// Every fifth change is written without its event.
    case lostOutboxRow
    /// Each try at a payment has an idempotency key of its own.
    case chargeTwice
    /// A booking is acknowledged before the ledger has it.
    case acknowledgedBeforeWritten
    /// A cancellation is carried out twice, the second time under another booking's name.
    case doubleCapacityReturn
    /// Every third hold is reported as remembered and is not.
    case forgottenHold
    /// A hold that was removed comes back with a write that arrives late.
    case removedHoldReturns
}

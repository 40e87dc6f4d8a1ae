import Booking
import Inventory

/// How far the judge has read the stores' histories, and what it remembers of them.
struct StoreReadings: Sendable {
    var changes = 0
    var holdWrites = 0
    var publications = 0
    var ends: [UniqueID: Booking] = [:]
    var published: [String: OutboxEvent] = [:]
    var newestSequence: [Int: Int64] = [:]
    /// Payments that came after their bookings had failed, and were settled by a sale or given back.
    var latePayments = 0
}

/// What the stores hold and did.
struct StoreContents {
    let ledger: LedgerRecord
    let holdWrites: [InMemoryHoldStore.Write]
    let charges: [String: Charge]
    let refunds: [String: Refund]
    let published: [OutboxEvent]

    init(_ world: World) {
        ledger = world.ledger.record
        holdWrites = world.holdStore.history
        charges = world.gateway.made
        refunds = world.gateway.refunded
        published = world.publisher.published
    }
}

import Booking
import Inventory

/// How far the judge has read the stores' histories, and what it remembers of them.
struct StoreReadings: Sendable {
    var changes = 0
    var holdWrites = 0
    var publications = 0
    var ends: [UniqueID: BookingStatus] = [:]
    var published: [String: OutboxEvent] = [:]
    var newestSequence: [Int: Int64] = [:]
    /// Payments of bookings that failed for want of an answer: owed back, and counted apart.
    var owed = 0
}

/// What the stores hold and did.
struct StoreContents {
    let ledger: LedgerRecord
    let holdWrites: [InMemoryHoldStore.Write]
    let charges: [String: Charge]
    let published: [OutboxEvent]

    init(_ world: World) {
        ledger = world.ledger.record
        holdWrites = world.holdStore.history
        charges = world.gateway.made
        published = world.publisher.published
    }
}

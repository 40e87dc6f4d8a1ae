import Benchmark
import Inventory

/// A hold and its release in the inventory alone: what a decision costs without an actor and without stores.
func inventoryBenchmark(rows: Int, _ size: String) {
    Benchmark("Hold and release, \(size)") { benchmark, crowd in
        for _ in benchmark.scaledIterations {
            crowd.holdAndRelease()
        }
    } setup: {
        Crowd(Inventory(layout: try seatedLayout(rows: rows)))
    }
}

/// Customers who come one after another, each to a seat far from the last one's, so that caches help as little as in
/// a real sale.
private final class Crowd {
    /// A prime, so that every seat has its turn.
    private static let stride: UnitIndex = 7_919

    private var inventory: Inventory
    private var seat: UnitIndex = 0
    private var customers: UInt64 = 0

    init(_ inventory: Inventory) {
        self.inventory = inventory
    }

    func holdAndRelease() {
        customers += 1
        seat = (seat + Self.stride) % UnitIndex(inventory.layout.unitCount)
        let hold = UniqueID(high: 1, low: customers)
        let customer = UniqueID(high: 2, low: customers)
        let now = Moment(nanoseconds: Int64(customers))
        let held = inventory.apply(
            .hold(hold, customer: customer, claims: [UnitClaim(unit: seat, quantity: 1)], until: now + .seconds(600)),
            at: now)
        let released = inventory.apply(.release(hold, customer: customer), at: now)
        guard case (.success, .success) = (held, released) else {
            preconditionFailure("each seat is free when its turn comes")
        }
    }
}

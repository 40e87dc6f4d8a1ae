import Inventory
import Metrics
import Synchronization

/// The inventories of a node that have something to tell the hold store, and how many holds it does not have.
final class HoldBacklogs: Sendable {
    private let unbacked = Mutex<[UniqueID: Int]>([:])

    /// How many holds would not survive a crash now.
    var holdCount: Int { unbacked.withLock { $0.values.reduce(0, +) } }

    /// The offerings with a backlog.
    var offerings: [UniqueID] { unbacked.withLock { $0.keys.sorted() } }

    /// Notes an inventory's backlog.
    ///
    /// - Parameter holds: How many of its holds are unbacked; nil when the store knows all.
    func note(_ holds: Int?, of offering: UniqueID) {
        let count = unbacked.withLock { unbacked -> Int? in
            guard unbacked[offering] != holds else { return nil }
            unbacked[offering] = holds
            return unbacked.values.reduce(0, +)
        }
        if let count { Gauge(label: "usher_holds_unbacked").record(count) }
    }
}

public import Booking
public import Inventory
import Synchronization

/// What became of holds, until the process ends.
public final class InMemoryHoldHistory: HoldHistory {
    private struct State {
        var steps: [HoldStep] = []
        var known: Set<Key> = []
        var outage: LedgerError?
    }

    private let state = Mutex(State())

    /// Makes an empty history.
    public init() {}

    /// Everything that was written, in that order.
    public var steps: [HoldStep] { state.withLock { $0.steps } }

    /// Makes every write fail with `error` until it is nil again.
    public func setOutage(_ error: LedgerError?) {
        state.withLock { $0.outage = error }
    }

    public func append(_ steps: [HoldStep]) async throws(LedgerError) {
        try state.withLock { state throws(LedgerError) in
            if let outage = state.outage { throw outage }
            state.steps += steps.filter { state.known.insert(Key($0)).inserted }
        }
    }

    public func steps(
        ofUnit unit: String, on offering: UniqueID, limit: Int
    ) async throws(LedgerError) -> [HoldStep] {
        let meant = steps.filter { $0.hold.offering == offering && $0.units.contains(unit) }
        return Array(meant.sorted { $0.hold.own > $1.hold.own }.prefix(limit))
    }

    public func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        state.withLock { state in
            let old = state.steps.filter { $0.time < time }.prefix(limit)
            state.steps.removeAll(where: old.contains)
            return old.count
        }
    }

    private struct Key: Hashable {
        let hold: HoldID
        let kind: HoldStep.Kind

        init(_ step: HoldStep) {
            hold = step.hold
            kind = step.kind
        }
    }
}

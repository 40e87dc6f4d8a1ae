public import Booking
public import Inventory
import Synchronization

/// Offerings in memory.
public final class InMemoryOfferings: OfferingSource, CancelledOfferings {
    private struct State {
        var offerings: [UniqueID: Offering]
        var allCancelled: Set<UniqueID> = []
    }

    private let state: Mutex<State>

    /// Knows these offerings.
    public init(_ offerings: [Offering] = []) {
        state = Mutex(State(offerings: Dictionary(uniqueKeysWithValues: offerings.map { ($0.id, $0) })))
    }

    /// Puts a changed offering in the place of the one with its id.
    public func put(_ offering: Offering) {
        state.withLock { $0.offerings[offering.id] = offering }
    }

    public func offering(_ id: UniqueID) -> Offering? {
        state.withLock { $0.offerings[id] }
    }

    public func cancelledOfferings(limit: Int) -> [Offering] {
        let open = state.withLock { state in
            state.offerings.values.filter { $0.isCancelled && !state.allCancelled.contains($0.id) }
        }
        return Array(open.sorted { $0.id < $1.id }.prefix(limit))
    }

    public func recordAllCancelled(of offering: UniqueID) {
        state.withLock { _ = $0.allCancelled.insert(offering) }
    }
}

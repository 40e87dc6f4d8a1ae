public import Booking
public import Inventory
import Synchronization

/// Offerings in memory.
public final class InMemoryOfferings: OfferingSource {
    private let offerings: Mutex<[UniqueID: Offering]>

    /// Knows these offerings.
    public init(_ offerings: [Offering] = []) {
        self.offerings = Mutex(Dictionary(uniqueKeysWithValues: offerings.map { ($0.id, $0) }))
    }

    public func offering(_ id: UniqueID) -> Offering? {
        offerings.withLock { $0[id] }
    }
}

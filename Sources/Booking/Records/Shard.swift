public import Inventory

/// A fixed slice of the offerings, owned by one node at a time.
public enum Shard {
    /// How many shards there are. Part of the stored data: it never changes.
    public static let count = 64

    /// The shard of an offering.
    ///
    /// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) spreads
    /// ids that differ in a few bits only.
    public static func index(of offering: UniqueID) -> Int {
        var hash = offering.high ^ offering.low
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((hash ^ hash >> 31) % UInt64(count))
    }
}

/// The shards that this node owns, with the epoch of each: what it must show to the stores with every write.
public struct ShardEpochs: Sendable {
    private let epochs: [Int64]

    /// - Parameter epochs: The epoch of each shard, as the ledger gave it.
    public init(_ epochs: [Int64]) {
        precondition(epochs.count == Shard.count, "one epoch a shard")
        self.epochs = epochs
    }

    /// The epoch to show for an offering.
    public subscript(offering: UniqueID) -> Int64 {
        epochs[Shard.index(of: offering)]
    }
}

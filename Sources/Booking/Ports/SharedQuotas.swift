/// What clients have spent of their quotas, told by each node to all others.
///
/// A quota is a bucket that grows back at an even pace; all that is known of it is the moment at which it will be whole
/// again (the generic cell rate algorithm of ATM, ITU-T I.371).
public protocol SharedQuotas: Sendable {
    /// Adds what was spent, and tells of each quota in how long it will be whole by what all nodes have spent.
    func spend(_ spendings: [QuotaSpending]) async throws -> [Duration]
}

/// What one node has spent of a quota, and has not yet told.
public struct QuotaSpending: Hashable, Sendable {
    /// Names the quota: who spends, and what.
    public let key: String
    /// The time in which it grows back.
    public let cost: Duration
    /// How long ago the first of it was spent. It has been growing back since.
    public let age: Duration

    /// Describes what was spent.
    public init(key: String, cost: Duration, age: Duration) {
        self.key = key
        self.cost = cost
        self.age = age
    }
}

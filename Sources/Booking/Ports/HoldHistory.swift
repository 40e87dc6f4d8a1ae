public import Inventory

/// Remembers for organizers what became of holds. Nothing is decided by it, and a crash may cost it the latest steps.
public protocol HoldHistory: Sendable {
    /// Writes steps; one that is there already is accepted again.
    func append(_ steps: [HoldStep]) async throws(LedgerError)

    /// What became of the holds that had a unit, those of the latest hold first.
    ///
    /// - Parameter limit: Steps at most.
    func steps(ofUnit unit: String, on offering: UniqueID, limit: Int) async throws(LedgerError) -> [HoldStep]

    /// Forgets steps from before a time.
    ///
    /// - Parameter limit: Steps at most.
    /// - Returns: How many were forgotten.
    func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int
}

/// Something that happened to a hold.
public struct HoldStep: Hashable, Sendable {
    /// What can happen to a hold, apart from its being bought, which the ledger tells.
    public enum Kind: String, Hashable, Sendable {
        /// It was granted.
        case held
        /// Its customer gave it up.
        case released
        /// Its deadline passed.
        case expired
        /// It ended because the event was cancelled.
        case withdrawn
    }

    /// The hold.
    public let hold: HoldID
    /// Whose it was.
    public let customer: UniqueID
    /// The units that it had.
    public let units: [String]
    /// What happened.
    public let kind: Kind
    /// When.
    public let time: Timestamp

    /// Describes a step.
    public init(hold: HoldID, customer: UniqueID, units: [String], kind: Kind, time: Timestamp) {
        self.hold = hold
        self.customer = customer
        self.units = units
        self.kind = kind
        self.time = time
    }
}

public import Inventory

/// Keeps holds where a crash of the engine does not take them. The inventory decides; this only remembers.
///
/// A write may arrive late, after others that were made later, and may be repeated. It does no harm: a hold's deadline
/// only moves away, so of two the later one stands; and what was removed stays removed. So a store that stalls need not
/// keep a customer waiting: a write that takes too long fails, and may take effect all the same.
public protocol HoldStore: Sendable {
    /// Raises an offering's fence, so that writes with an older epoch are refused, and returns the holds on it. One that
    /// cannot be read is left out.
    func open(_ offering: UniqueID, epoch: Int64) async throws(HoldStoreError) -> [StoredHold]

    /// Writes holds on one offering, new or changed, each until its deadline and a grace; and raises the fence, even
    /// without a hold.
    func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) async throws(HoldStoreError)

    /// Forgets a hold for good; one that is not there is no error.
    ///
    /// - Parameter deadline: The hold's last one. No write of it can matter afterwards.
    func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) async throws(HoldStoreError)

    /// A text that has become another one when the store may have lost what it had written.
    func incarnation() async throws(HoldStoreError) -> String
}

/// A hold as it is remembered.
public struct StoredHold: Hashable, Sendable {
    /// A unit's places that the hold has.
    public struct Claim: Hashable, Sendable {
        /// The unit's id.
        public let unit: String
        /// Places.
        public let quantity: Int

        /// Describes a claim.
        public init(unit: String, quantity: Int) {
            self.unit = unit
            self.quantity = quantity
        }
    }

    /// The hold's id.
    public let id: HoldID
    /// Whose it is.
    public let customer: UniqueID
    /// What it has.
    public let claims: [Claim]
    /// When it was first held by the wall clock, from which its longest time counts; nil of a hold that was written
    /// before this was remembered.
    public let heldSince: Timestamp?
    /// Its deadline by the wall clock.
    public let expiresAt: Timestamp

    /// Describes a hold.
    public init(id: HoldID, customer: UniqueID, claims: [Claim], heldSince: Timestamp?, expiresAt: Timestamp) {
        self.id = id
        self.customer = customer
        self.claims = claims
        self.heldSince = heldSince
        self.expiresAt = expiresAt
    }
}

/// Why a hold was not written or read.
public struct HoldStoreError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public enum Code: Hashable, Sendable {
        /// The store could not be reached; the hold may live on in memory.
        case unavailable
        /// Another node has opened the offering since.
        case fenced
    }

    /// What kind of failure.
    public let code: Code
    /// What happened.
    public let message: String
    /// What went wrong underneath.
    public let cause: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, and the cause when there is one.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}

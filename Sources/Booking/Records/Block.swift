public import Inventory

/// Places that an organizer has taken off sale together, until they are put back together.
public struct Block: Hashable, Sendable {
    /// The block's id.
    public let id: UniqueID
    /// What the places are of.
    public let offering: UniqueID
    /// The places.
    public let claims: [Claim]
    /// What for, in the organizer's words.
    public let reason: String?
    /// Who took them off sale.
    public let createdBy: UniqueID
    /// When.
    public let createdAt: Timestamp

    /// Describes a block.
    public init(
        id: UniqueID, offering: UniqueID, claims: [Claim], reason: String?, createdBy: UniqueID, createdAt: Timestamp
    ) {
        self.id = id
        self.offering = offering
        self.claims = claims
        self.reason = reason
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}

/// The end of a block.
public struct BlockRemoval: Hashable, Sendable {
    /// The block's id.
    public let block: UniqueID
    /// What its places are of.
    public let offering: UniqueID
    /// Who put them back on sale.
    public let removedBy: UniqueID
    /// When.
    public let removedAt: Timestamp

    /// Describes a removal.
    public init(of block: UniqueID, on offering: UniqueID, removedBy: UniqueID, removedAt: Timestamp) {
        self.block = block
        self.offering = offering
        self.removedBy = removedBy
        self.removedAt = removedAt
    }
}

/// What is recorded of one unit: who held it, who booked it, and who took it off sale.
public struct UnitHistory: Sendable {
    /// The bookings that have had it, also those that failed or were cancelled; the latest first.
    public let bookings: [Booking]
    /// The blocks that have had it, with their removals where there was one; the latest first.
    public let blocks: [(block: Block, removal: BlockRemoval?)]
    /// What became of the holds that have had it, as far as that is remembered; those of the latest hold first.
    public var holds: [HoldStep] = []

    /// Describes a history.
    public init(bookings: [Booking], blocks: [(block: Block, removal: BlockRemoval?)]) {
        self.bookings = bookings
        self.blocks = blocks
    }
}

public import Inventory

/// Anything that can be booked, as the booking engine sees it. The first kind is an event.
public struct Offering: Hashable, Sendable {
    /// The offering's id.
    public let id: UniqueID
    /// The user who sells it.
    public let organizer: UniqueID
    /// What customers know it by.
    public let name: String
    /// Where it takes place.
    public let venue: String
    /// When it begins.
    public let startsAt: Timestamp
    /// ISO 4217, three capital letters.
    public let currency: String
    /// How long a hold lasts.
    public let holdTTL: Duration
    /// The most places that one customer may have, holds and bookings together.
    public let maxUnitsPerCustomer: Int
    /// What it has to sell.
    public let layout: Layout

    /// Describes an offering.
    public init(
        id: UniqueID, organizer: UniqueID, name: String, venue: String, startsAt: Timestamp, currency: String,
        holdTTL: Duration, maxUnitsPerCustomer: Int, layout: Layout
    ) {
        self.id = id
        self.organizer = organizer
        self.name = name
        self.venue = venue
        self.startsAt = startsAt
        self.currency = currency
        self.holdTTL = holdTTL
        self.maxUnitsPerCustomer = maxUnitsPerCustomer
        self.layout = layout
    }
}

/// Where the engine learns what an offering has to sell.
public protocol OfferingSource: Sendable {
    /// The offering with this id; nil when there is none.
    func offering(_ id: UniqueID) async throws -> Offering?
}

public import Booking
public import Inventory

/// An event: an offering in the catalog.
public struct Event: Hashable, Sendable {
    /// What the booking engine sells.
    public let offering: Offering
    /// When it was put into the catalog.
    public let createdAt: Timestamp

    /// The number of places over all sections.
    public var capacity: Int {
        offering.layout.sections.reduce(0) { $0 + $1.capacity }
    }
}

/// What an organizer wants to sell.
public struct EventDraft: Hashable, Sendable {
    /// 1 to 200 characters on one line.
    public var name: String
    /// 1 to 200 characters on one line.
    public var venue: String
    /// In the years 2000 to 9999.
    public var startsAt: Timestamp
    /// ISO 4217, three capital letters.
    public var currency: String
    /// How long a hold lasts, 10 to 3600 seconds; 600 when nil.
    public var holdTTLSeconds: Int?
    /// The most places that one customer may have, 1 to 100; 10 when nil.
    public var maxUnitsPerCustomer: Int?
    /// What there is to sell.
    public var sections: [Layout.Section]

    /// Describes an event; `Catalog.create` checks it.
    public init(
        name: String, venue: String, startsAt: Timestamp, currency: String, holdTTLSeconds: Int? = nil,
        maxUnitsPerCustomer: Int? = nil, sections: [Layout.Section]
    ) {
        self.name = name
        self.venue = venue
        self.startsAt = startsAt
        self.currency = currency
        self.holdTTLSeconds = holdTTLSeconds
        self.maxUnitsPerCustomer = maxUnitsPerCustomer
        self.sections = sections
    }
}

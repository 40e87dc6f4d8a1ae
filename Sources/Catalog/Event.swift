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

/// What an organizer changes of an event; what is nil stays as it is.
public struct EventChange: Hashable, Sendable {
    /// As in `EventDraft`.
    public var name: String?
    /// As in `EventDraft`.
    public var venue: String?
    /// As in `EventDraft`. Bookings that could be cancelled until the start, can be until the new one.
    public var startsAt: Timestamp?
    /// As in `EventDraft`; of holds that are made or extended from now on.
    public var holdTTLSeconds: Int?
    /// As in `EventDraft`.
    public var maxHoldSeconds: Int?
    /// As in `EventDraft`.
    public var maxUnitsPerHold: Int?
    /// As in `EventDraft`; nobody loses what is held or booked already.
    public var maxUnitsPerCustomer: Int?
    /// As in `EventDraft`; `.some(nil)` for from the beginning.
    public var salesStart: Timestamp??
    /// As in `EventDraft`; `.some(nil)` for never.
    public var salesEnd: Timestamp??
    /// As in `EventDraft`.
    public var cancelUntil: Timestamp?
    /// As in `EventDraft`; also of what is booked already.
    public var cancelFeePercent: Int?

    /// Changes nothing yet.
    public init() {}
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
    /// How long a hold lasts with all its extensions, 10 to 86400 seconds and no less than a hold; when nil, 1800 or as
    /// long as a hold if that is more.
    public var maxHoldSeconds: Int?
    /// The most places in one hold, 1 to 100; as many as a customer may have when nil.
    public var maxUnitsPerHold: Int?
    /// The most places that one customer may have, 1 to 100; 10 when nil.
    public var maxUnitsPerCustomer: Int?
    /// When holds are first granted; from the beginning when nil.
    public var salesStart: Timestamp?
    /// When holds are granted no more, after the start; never when nil.
    public var salesEnd: Timestamp?
    /// Until when a booking can be cancelled; until the start when nil.
    public var cancelUntil: Timestamp?
    /// What a cancellation keeps of the price, 0 to 100 percent; 0 when nil.
    public var cancelFeePercent: Int?
    /// What there is to sell.
    public var sections: [Layout.Section]

    /// Describes an event; `Catalog.create` checks it.
    public init(
        name: String, venue: String, startsAt: Timestamp, currency: String, holdTTLSeconds: Int? = nil,
        maxHoldSeconds: Int? = nil, maxUnitsPerHold: Int? = nil, maxUnitsPerCustomer: Int? = nil,
        salesStart: Timestamp? = nil, salesEnd: Timestamp? = nil, cancelUntil: Timestamp? = nil,
        cancelFeePercent: Int? = nil, sections: [Layout.Section]
    ) {
        self.name = name
        self.venue = venue
        self.startsAt = startsAt
        self.currency = currency
        self.holdTTLSeconds = holdTTLSeconds
        self.maxHoldSeconds = maxHoldSeconds
        self.maxUnitsPerHold = maxUnitsPerHold
        self.maxUnitsPerCustomer = maxUnitsPerCustomer
        self.salesStart = salesStart
        self.salesEnd = salesEnd
        self.cancelUntil = cancelUntil
        self.cancelFeePercent = cancelFeePercent
        self.sections = sections
    }
}

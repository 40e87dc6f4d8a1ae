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
    /// How long a hold lasts, and how much an extension adds.
    public let holdTTL: Duration
    /// How long a hold lasts at most, with all its extensions.
    public let longestHold: Duration
    /// The most places in one hold.
    public let maxUnitsPerHold: Int
    /// The most places that one customer may have, holds and bookings together.
    public let maxUnitsPerCustomer: Int
    /// When holds are first granted; nil for from the beginning.
    public let salesStart: Timestamp?
    /// When holds are granted no more; those that are there can still be bought. Nil for never.
    public let salesEnd: Timestamp?
    /// Until when a booking can be cancelled, and what that costs.
    public let cancellation: CancellationPolicy
    /// What it has to sell.
    public let layout: Layout
    /// Rises with each change by the organizer.
    public var version: Int64
    /// When the organizer cancelled it; nil while it takes place. Nothing is sold then, and what was bought is refunded.
    public var cancelledAt: Timestamp?

    /// Whether the organizer has cancelled it.
    public var isCancelled: Bool { cancelledAt != nil }

    /// Describes an offering.
    ///
    /// - Parameters:
    ///   - longestHold: When nil, half an hour, or `holdTTL` if that is more.
    ///   - maxUnitsPerHold: When nil, as many as a customer may have.
    ///   - cancellation: When nil, free of charge until it begins.
    public init(
        id: UniqueID, organizer: UniqueID, name: String, venue: String, startsAt: Timestamp, currency: String,
        holdTTL: Duration, longestHold: Duration? = nil, maxUnitsPerHold: Int? = nil, maxUnitsPerCustomer: Int,
        salesStart: Timestamp? = nil, salesEnd: Timestamp? = nil, cancellation: CancellationPolicy? = nil,
        layout: Layout, version: Int64 = 1, cancelledAt: Timestamp? = nil
    ) {
        self.id = id
        self.organizer = organizer
        self.name = name
        self.venue = venue
        self.startsAt = startsAt
        self.currency = currency
        self.holdTTL = holdTTL
        self.longestHold = longestHold ?? max(holdTTL, .seconds(1_800))
        self.maxUnitsPerHold = maxUnitsPerHold ?? maxUnitsPerCustomer
        self.maxUnitsPerCustomer = maxUnitsPerCustomer
        self.salesStart = salesStart
        self.salesEnd = salesEnd
        self.cancellation = cancellation ?? CancellationPolicy(until: startsAt, feePercent: 0)
        self.layout = layout
        self.version = version
        self.cancelledAt = cancelledAt
    }
}

/// Until when a booking can be cancelled, and what that costs.
public struct CancellationPolicy: Hashable, Sendable {
    /// The first moment at which it cannot be cancelled any more.
    public let until: Timestamp
    /// What is kept of the price, 0 to 100 percent, rounded down to the minor unit.
    public let feePercent: Int

    /// Describes a policy.
    ///
    /// - Parameter feePercent: Brought into 0...100.
    public init(until: Timestamp, feePercent: Int) {
        self.until = until
        self.feePercent = min(max(feePercent, 0), 100)
    }

    /// What goes back of a price, in minor units.
    public func refundMinor(ofTotal totalMinor: Int64) -> Int64 {
        let percent = Int64(feePercent)
        // Hundreds first, so that no product overflows.
        return totalMinor - (totalMinor / 100 * percent + totalMinor % 100 * percent / 100)
    }
}

/// Where the engine learns what an offering has to sell.
public protocol OfferingSource: Sendable {
    /// The offering with this id; nil when there is none.
    func offering(_ id: UniqueID) async throws -> Offering?
}

/// Where the engine learns which offerings were cancelled and may have bookings left.
public protocol CancelledOfferings: Sendable {
    /// Cancelled offerings of which it was not recorded that all bookings are cancelled, `limit` at most.
    func cancelledOfferings(limit: Int) async throws -> [Offering]

    /// Records that no booking of a cancelled offering is left to be cancelled.
    func recordAllCancelled(of offering: UniqueID) async throws
}

import Booking
import Catalog
import Inventory

/// An event, with counts unless they would cost a list too much.
struct EventBody: Encodable {
    let id: String
    let organizerID: String
    let name: String
    let venue: String
    let startsAt: String
    let currency: String
    let holdTTLSeconds: Int64
    let maxHoldSeconds: Int64
    let maxUnitsPerHold: Int
    let maxUnitsPerCustomer: Int
    let salesStart: String?
    let salesEnd: String?
    let cancelUntil: String
    let cancelFeePercent: Int
    let createdAt: String
    let version: Int64
    let status: String
    let cancelledAt: String?
    let capacity: Int
    let counts: CountsBody?
    let sections: [SectionBody]

    init(_ event: Event, availability: Availability? = nil) {
        let offering = event.offering
        id = offering.id.description
        organizerID = offering.organizer.description
        name = offering.name
        venue = offering.venue
        startsAt = offering.startsAt.rfc3339
        currency = offering.currency
        holdTTLSeconds = offering.holdTTL.components.seconds
        maxHoldSeconds = offering.longestHold.components.seconds
        maxUnitsPerHold = offering.maxUnitsPerHold
        maxUnitsPerCustomer = offering.maxUnitsPerCustomer
        salesStart = offering.salesStart?.rfc3339
        salesEnd = offering.salesEnd?.rfc3339
        cancelUntil = offering.cancellation.until.rfc3339
        cancelFeePercent = offering.cancellation.feePercent
        createdAt = event.createdAt.rfc3339
        version = offering.version
        status = offering.isCancelled ? "cancelled" : "scheduled"
        cancelledAt = offering.cancelledAt?.rfc3339
        capacity = event.capacity
        counts = availability.map { CountsBody($0.sections) }
        sections = offering.layout.sections.enumerated().map { index, section in
            SectionBody(section, counts: availability.map { CountsBody([$0.sections[index]]) })
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, organizerID = "organizer_id", name, venue, startsAt = "starts_at", currency
        case holdTTLSeconds = "hold_ttl_seconds", maxHoldSeconds = "max_hold_seconds"
        case maxUnitsPerHold = "max_units_per_hold", maxUnitsPerCustomer = "max_units_per_customer"
        case salesStart = "sales_start", salesEnd = "sales_end"
        case cancelUntil = "cancel_until", cancelFeePercent = "cancel_fee_percent"
        case createdAt = "created_at", version, status, cancelledAt = "cancelled_at", capacity, sections
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(organizerID, forKey: .organizerID)
        try container.encode(name, forKey: .name)
        try container.encode(venue, forKey: .venue)
        try container.encode(startsAt, forKey: .startsAt)
        try container.encode(currency, forKey: .currency)
        try container.encode(holdTTLSeconds, forKey: .holdTTLSeconds)
        try container.encode(maxHoldSeconds, forKey: .maxHoldSeconds)
        try container.encode(maxUnitsPerHold, forKey: .maxUnitsPerHold)
        try container.encode(maxUnitsPerCustomer, forKey: .maxUnitsPerCustomer)
        // Null while there is none, so that clients can rely on the members.
        try container.encode(salesStart, forKey: .salesStart)
        try container.encode(salesEnd, forKey: .salesEnd)
        try container.encode(cancelUntil, forKey: .cancelUntil)
        try container.encode(cancelFeePercent, forKey: .cancelFeePercent)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(version, forKey: .version)
        try container.encode(status, forKey: .status)
        try container.encode(cancelledAt, forKey: .cancelledAt)
        try container.encode(capacity, forKey: .capacity)
        try container.encode(sections, forKey: .sections)
        try counts?.encode(to: encoder)
    }
}

/// Counts that stand beside other members rather than in an object of their own.
struct CountsBody: Encodable {
    let available: Int
    let held: Int
    let booked: Int
    let blocked: Int

    init(_ sections: [Availability.Section]) {
        available = sections.reduce(0) { $0 + $1.available }
        held = sections.reduce(0) { $0 + $1.held }
        booked = sections.reduce(0) { $0 + $1.booked }
        blocked = sections.reduce(0) { $0 + $1.blocked }
    }
}

/// A section as its organizer described it, with counts where they are asked for.
struct SectionBody: Encodable {
    let section: Layout.Section
    let counts: CountsBody?

    init(_ section: Layout.Section, counts: CountsBody?) {
        self.section = section
        self.counts = counts
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, seatsPerRow = "seats_per_row", slots, capacity, price
        case focalPoint = "focal_point", accessibleSeats = "accessible_seats"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(section.name, forKey: .name)
        switch section.kind {
        case .seated(let rows, let seatsPerRow):
            try container.encode("seated", forKey: .kind)
            try container.encode(rows, forKey: .rows)
            try container.encode(seatsPerRow, forKey: .seatsPerRow)
            try container.encode(section.capacity, forKey: .capacity)
        case .general(let capacity):
            try container.encode("general", forKey: .kind)
            try container.encode(capacity, forKey: .capacity)
        case .slots(let count, let capacityOfEach):
            try container.encode("slots", forKey: .kind)
            try container.encode(count, forKey: .slots)
            try container.encode(capacityOfEach, forKey: .capacity)
        }
        try container.encode(section.priceMinor, forKey: .price)
        try container.encodeIfPresent(section.focalPoint.map(SeatPositionBody.init), forKey: .focalPoint)
        if !section.accessibleSeats.isEmpty {
            try container.encode(section.accessibleSeats.map(SeatPositionBody.init), forKey: .accessibleSeats)
        }
        try counts?.encode(to: encoder)
    }
}

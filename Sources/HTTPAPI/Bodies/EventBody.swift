import Booking
import Catalog
import Inventory

/// An event, with counts where one event is asked for, and without in lists.
struct EventBody: Encodable {
    let id: String
    let organizerID: String
    let name: String
    let venue: String
    let startsAt: String
    let currency: String
    let holdTTLSeconds: Int64
    let maxUnitsPerCustomer: Int
    let createdAt: String
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
        maxUnitsPerCustomer = offering.maxUnitsPerCustomer
        createdAt = event.createdAt.rfc3339
        capacity = event.capacity
        counts = availability.map { CountsBody($0.sections) }
        sections = offering.layout.sections.enumerated().map { index, section in
            SectionBody(section, counts: availability.map { CountsBody([$0.sections[index]]) })
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, organizerID = "organizer_id", name, venue, startsAt = "starts_at", currency
        case holdTTLSeconds = "hold_ttl_seconds", maxUnitsPerCustomer = "max_units_per_customer"
        case createdAt = "created_at", capacity, sections
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
        try container.encode(maxUnitsPerCustomer, forKey: .maxUnitsPerCustomer)
        try container.encode(createdAt, forKey: .createdAt)
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

    init(_ sections: [Availability.Section]) {
        available = sections.reduce(0) { $0 + $1.available }
        held = sections.reduce(0) { $0 + $1.held }
        booked = sections.reduce(0) { $0 + $1.booked }
    }
}

struct SectionBody: Encodable {
    let section: Layout.Section
    let counts: CountsBody?

    init(_ section: Layout.Section, counts: CountsBody?) {
        self.section = section
        self.counts = counts
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, seatsPerRow = "seats_per_row", slots, capacity, price
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(section.name, forKey: .name)
        switch section.kind {
        case .seated(let rows, let seatsPerRow):
            try container.encode("seated", forKey: .kind)
            try container.encode(rows, forKey: .rows)
            try container.encode(seatsPerRow, forKey: .seatsPerRow)
        case .general:
            try container.encode("general", forKey: .kind)
        case .slots(let count, _):
            try container.encode("slots", forKey: .kind)
            try container.encode(count, forKey: .slots)
        }
        try container.encode(section.capacity, forKey: .capacity)
        try container.encode(section.priceMinor, forKey: .price)
        try counts?.encode(to: encoder)
    }
}

import Booking
import Catalog
import Inventory

struct EventDraftBody: Decodable {
    let draft: EventDraft

    private enum CodingKeys: String, CodingKey {
        case name, venue, startsAt = "starts_at", currency, holdTTLSeconds = "hold_ttl_seconds"
        case maxUnitsPerCustomer = "max_units_per_customer", sections
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let startsAt = Timestamp(rfc3339: try container.decode(String.self, forKey: .startsAt)) else {
            throw FieldError(decoder.codingPath + [CodingKeys.startsAt], Timestamp.requirement)
        }
        draft = EventDraft(
            name: try container.decode(String.self, forKey: .name),
            venue: try container.decode(String.self, forKey: .venue),
            startsAt: startsAt,
            currency: try container.decode(String.self, forKey: .currency),
            holdTTLSeconds: try container.integerIfPresent(forKey: .holdTTLSeconds),
            maxUnitsPerCustomer: try container.integerIfPresent(forKey: .maxUnitsPerCustomer),
            sections: try container.decode([SectionDraftBody].self, forKey: .sections).map(\.section))
    }
}

private struct SectionDraftBody: Decodable {
    let section: Layout.Section

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, seatsPerRow = "seats_per_row", capacity, price
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind: Layout.Section.Kind
        switch try container.decode(String.self, forKey: .kind) {
        case "seated":
            kind = .seated(
                rows: try container.integer(forKey: .rows),
                seatsPerRow: try container.integer(forKey: .seatsPerRow))
        case "general":
            kind = .general(capacity: try container.integer(forKey: .capacity))
        default:
            throw FieldError(decoder.codingPath + [CodingKeys.kind], "must be `seated` or `general`")
        }
        section = Layout.Section(
            name: try container.decode(String.self, forKey: .name), kind: kind,
            priceMinor: try container.integer(forKey: .price))
    }
}

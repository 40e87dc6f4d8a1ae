import Booking
import Catalog
import Inventory

struct EventDraftBody: Decodable {
    let draft: EventDraft

    private enum CodingKeys: String, CodingKey {
        case name, venue, startsAt = "starts_at", currency, holdTTLSeconds = "hold_ttl_seconds"
        case maxHoldSeconds = "max_hold_seconds", maxUnitsPerHold = "max_units_per_hold"
        case maxUnitsPerCustomer = "max_units_per_customer", salesStart = "sales_start", salesEnd = "sales_end"
        case cancelUntil = "cancel_until", cancelFeePercent = "cancel_fee_percent", sections
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        draft = EventDraft(
            name: try container.decode(String.self, forKey: .name),
            venue: try container.decode(String.self, forKey: .venue),
            startsAt: try container.timestamp(forKey: .startsAt),
            currency: try container.decode(String.self, forKey: .currency),
            holdTTLSeconds: try container.integerIfPresent(forKey: .holdTTLSeconds),
            maxHoldSeconds: try container.integerIfPresent(forKey: .maxHoldSeconds),
            maxUnitsPerHold: try container.integerIfPresent(forKey: .maxUnitsPerHold),
            maxUnitsPerCustomer: try container.integerIfPresent(forKey: .maxUnitsPerCustomer),
            salesStart: try container.timestampIfPresent(forKey: .salesStart),
            salesEnd: try container.timestampIfPresent(forKey: .salesEnd),
            cancelUntil: try container.timestampIfPresent(forKey: .cancelUntil),
            cancelFeePercent: try container.integerIfPresent(forKey: .cancelFeePercent),
            sections: try container.decode([SectionDraftBody].self, forKey: .sections).map(\.section))
    }
}

private struct SectionDraftBody: Decodable {
    let section: Layout.Section

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, seatsPerRow = "seats_per_row", slots, capacity, price
        case focalPoint = "focal_point", accessibleSeats = "accessible_seats"
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
        case "slots":
            kind = .slots(
                count: try container.integer(forKey: .slots), capacity: try container.integer(forKey: .capacity))
        default:
            throw FieldError(decoder.codingPath + [CodingKeys.kind], "must be `seated`, `general` or `slots`")
        }
        section = Layout.Section(
            name: try container.decode(String.self, forKey: .name), kind: kind,
            priceMinor: try container.integer(forKey: .price),
            focalPoint: try container.decodeIfPresent(SeatPositionBody.self, forKey: .focalPoint)?.position,
            accessibleSeats: try container.decodeIfPresent([SeatPositionBody].self, forKey: .accessibleSeats)?
                .map(\.position) ?? [])
    }
}

/// A seat's place within its section: `{"row": 1, "seat": 15}`.
struct SeatPositionBody: Codable {
    let position: Layout.SeatPosition

    init(_ position: Layout.SeatPosition) {
        self.position = position
    }

    private enum CodingKeys: String, CodingKey {
        case row, seat
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        position = Layout.SeatPosition(
            row: try container.integer(forKey: .row), seat: try container.integer(forKey: .seat))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(position.row, forKey: .row)
        try container.encode(position.seat, forKey: .seat)
    }
}

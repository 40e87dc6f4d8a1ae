import Booking
import Catalog
import HTTPTypes

/// A part of an event to be changed (a JSON merge patch, RFC 7396).
struct EventChangeBody: Decodable {
    let change: EventChange

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, venue, startsAt = "starts_at", holdTTLSeconds = "hold_ttl_seconds"
        case maxHoldSeconds = "max_hold_seconds", maxUnitsPerHold = "max_units_per_hold"
        case maxUnitsPerCustomer = "max_units_per_customer", salesStart = "sales_start", salesEnd = "sales_end"
        case cancelUntil = "cancel_until", cancelFeePercent = "cancel_fee_percent", currency, sections
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for fixed in [CodingKeys.currency, .sections] where container.contains(fixed) {
            throw Problem.fixed(fixed.rawValue)
        }
        func value<Value>(_ key: CodingKeys, _ read: (CodingKeys) throws -> Value) throws -> Value? {
            container.contains(key) ? try read(key) : nil
        }
        func text(_ key: CodingKeys) throws -> String { try container.decode(String.self, forKey: key) }
        func number(_ key: CodingKeys) throws -> Int { try container.integer(forKey: key) }
        func time(_ key: CodingKeys) throws -> Timestamp { try container.timestamp(forKey: key) }
        func timeOrNull(_ key: CodingKeys) throws -> Timestamp? { try container.timestampIfPresent(forKey: key) }

        var change = EventChange()
        change.name = try value(.name, text)
        change.venue = try value(.venue, text)
        change.startsAt = try value(.startsAt, time)
        change.holdTTLSeconds = try value(.holdTTLSeconds, number)
        change.maxHoldSeconds = try value(.maxHoldSeconds, number)
        change.maxUnitsPerHold = try value(.maxUnitsPerHold, number)
        change.maxUnitsPerCustomer = try value(.maxUnitsPerCustomer, number)
        change.salesStart = try value(.salesStart, timeOrNull)
        change.salesEnd = try value(.salesEnd, timeOrNull)
        change.cancelUntil = try value(.cancelUntil, time)
        change.cancelFeePercent = try value(.cancelFeePercent, number)
        self.change = change
    }
}

extension Problem {
    fileprivate static func fixed(_ field: String) -> Problem {
        let error = FieldError(field: field, message: "cannot be changed once the event is on sale")
        var problem = Problem(.unprocessableContent, "invalid_event", "`\(error.field)` \(error.message).")
        problem.fields = [error]
        return problem
    }
}

import Booking
import HTTPTypes
import Inventory

/// What a customer asks to have set aside. The booking engine checks it.
struct HoldRequestBody: Decodable {
    let request: HoldRequest

    private enum CodingKeys: String, CodingKey {
        case seats, general, bestAvailable = "best_available"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard !container.contains(.bestAvailable) else {
            throw Problem(
                .unprocessableContent, "unsupported",
                "`best_available` is not offered yet: name the seats, or ask for general places.")
        }
        request = HoldRequest(
            seats: try container.decodeIfPresent([String].self, forKey: .seats) ?? [],
            general: try container.decodeIfPresent([GeneralPlacesBody].self, forKey: .general)?.map(\.places) ?? [])
    }
}

private struct GeneralPlacesBody: Decodable {
    let places: HoldRequest.General

    private enum CodingKeys: String, CodingKey {
        case section, quantity
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        places = HoldRequest.General(
            section: try container.decode(String.self, forKey: .section),
            quantity: try container.integer(forKey: .quantity))
    }
}

struct HoldBody: Encodable {
    let holdID: String
    let eventID: String
    let claims: [ClaimBody]
    let total: Int64
    let currency: String
    let expiresAt: String
    let expiresInMilliseconds: Int64

    init(_ hold: Hold) {
        holdID = hold.id.description
        eventID = hold.id.offering.description
        claims = hold.claims.map(ClaimBody.init)
        total = hold.totalMinor
        currency = hold.currency
        expiresAt = hold.expiresAt.rfc3339
        expiresInMilliseconds = Int64(hold.remaining / .milliseconds(1))
    }

    private enum CodingKeys: String, CodingKey {
        case holdID = "hold_id", eventID = "event_id", claims, total, currency, expiresAt = "expires_at"
        case expiresInMilliseconds = "expires_in_ms"
    }
}

struct ClaimBody: Encodable {
    let unit: String
    let quantity: Int
    let price: Int64

    init(_ claim: Claim) {
        unit = claim.unit
        quantity = claim.quantity
        price = claim.priceMinor
    }
}

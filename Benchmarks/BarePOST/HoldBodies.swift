import Hummingbird

/// A hold's request, as Usher's customers send it.
struct HoldRequest: Decodable {
    let seats: [String]
}

/// An answer with the fields and the size of Usher's, made of constants.
struct HoldAnswer: ResponseEncodable {
    struct Claim: Encodable {
        let unit: String
        let quantity: Int
        let price: Int
    }

    let holdID = "01a1fdf3-fc70-72a6-8fa6-f3a1851fd47a.01a1fdf4-1486-7db8-a2f1-714e664860b2"
    let eventID = "01a1fdf3-fc70-72a6-8fa6-f3a1851fd47a"
    let claims: [Claim]
    let total: Int
    let currency = "EUR"
    let expiresAt = "2026-11-21T12:03:14.118Z"
    let expiresInMilliseconds = 599_998

    init(seats: [String]) {
        claims = seats.map { Claim(unit: $0, quantity: 1, price: 8_500) }
        total = 8_500 * seats.count
    }

    private enum CodingKeys: String, CodingKey {
        case holdID = "hold_id", eventID = "event_id", claims, total, currency, expiresAt = "expires_at"
        case expiresInMilliseconds = "expires_in_ms"
    }
}

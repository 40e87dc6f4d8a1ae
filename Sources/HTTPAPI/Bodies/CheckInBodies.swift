import Booking
import Inventory

/// A ticket that somebody has come with.
struct CheckInRequestBody: Decodable {
    private static let longestGate = 100

    let token: String
    let gate: String?

    private enum CodingKeys: String, CodingKey {
        case token, gate
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        token = try container.decode(String.self, forKey: .token)
        gate = try container.decodeIfPresent(String.self, forKey: .gate)
        if let gate { try Problem.check(gate, "gate", upTo: Self.longestGate, code: "invalid_check_in") }
    }
}

/// Somebody who has come in.
struct CheckInBody: Encodable {
    private let bookingID: String
    private let eventID: String
    private let unit: String?
    private let claims: [ClaimBody]
    private let checkedInAt: String
    private let by: String
    private let gate: String?

    init(_ checkIn: CheckIn, of booking: Booking) {
        bookingID = booking.id.description
        eventID = booking.id.offering.description
        unit = booking.claims.unit(ofPlace: checkIn.place)
        claims = booking.claims.map(ClaimBody.init)
        checkedInAt = checkIn.time.rfc3339
        by = checkIn.admittedBy.description
        gate = checkIn.gate
    }

    private enum CodingKeys: String, CodingKey {
        case bookingID = "booking_id", eventID = "event_id", unit, claims, checkedInAt = "checked_in_at", by, gate
    }
}

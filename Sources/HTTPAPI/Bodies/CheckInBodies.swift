import Booking
import Inventory
import TextFormats

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
struct CheckInBody: JSONWritable {
    let checkIn: CheckIn
    let booking: Booking

    init(_ checkIn: CheckIn, of booking: Booking) {
        self.checkIn = checkIn
        self.booking = booking
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("booking_id", booking.id.description)
            json.member("by", checkIn.admittedBy.description)
            json.member("checked_in_at", checkIn.time.rfc3339)
            json.member("claims", array: booking.claims) { $1.write(to: &$0) }
            json.member("event_id", booking.id.offering.description)
            if let gate = checkIn.gate { json.member("gate", gate) }
            if let unit = booking.claims.unit(ofPlace: checkIn.place) { json.member("unit", unit) }
        }
    }
}

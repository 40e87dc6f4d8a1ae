import Booking
import Inventory
import TextFormats

struct BookingRequestBody: Decodable {
    struct Payment: Decodable {
        let token: String
    }

    let holdID: HoldID
    let payment: Payment

    private enum CodingKeys: String, CodingKey {
        case holdID = "hold_id", payment
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let holdID = HoldID(try container.decode(String.self, forKey: .holdID)) else {
            throw FieldError(decoder.codingPath + [CodingKeys.holdID], "must be the id of a hold")
        }
        self.holdID = holdID
        payment = try container.decode(Payment.self, forKey: .payment)
    }
}

/// A booking, in answers and on its stream.
struct BookingBody: JSONWritable {
    let booking: Booking
    /// Opens the stream without a header; part of the link to it.
    var ticket: String?
    /// With whom to write to: for those who sell.
    var email: String?

    init(_ booking: Booking, ticket: String? = nil, email: String? = nil) {
        self.booking = booking
        self.ticket = ticket
        self.email = email
    }

    /// What there is none of is `null`, so that clients can rely on the member.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("booking_id", booking.id.description)
            json.member("claims", array: booking.claims) { $1.write(to: &$0) }
            json.member("created_at", booking.createdAt.rfc3339)
            json.member("currency", booking.currency)
            if let email { json.member("email", email) }
            json.member("event_id", booking.id.offering.description)
            json.member("failure", booking.failure) { json, failure in
                json.member("code", failure.code)
                json.member("message", failure.message)
            }
            json.member("links", BookingLinks.stream(booking.id)) { json, stream in
                json.member("self", BookingLinks.booking(booking.id))
                json.member("stream", ticket.map { "\(stream)?ticket=\($0)" } ?? stream)
            }
            json.member("refund", booking.refund) { json, refund in
                json.member("amount", refund.amountMinor)
                json.member("status", refund.isDone ? "refunded" : "pending")
            }
            json.member("status", booking.status.rawValue)
            json.member("total", booking.totalMinor)
            json.member("updated_at", booking.updatedAt.rfc3339)
            json.member("user_id", booking.customer.id.description)
            json.member("version", booking.version)
        }
    }
}

/// The paths at which a booking is found.
enum BookingLinks {
    static func booking(_ id: BookingID) -> String { "/api/booking/\(id)" }

    static func stream(_ id: BookingID) -> String { "/api/booking/\(id)/stream" }

    /// The booking whose stream is at this path; nil when the path is no such stream's.
    static func booking(ofStream path: String) -> BookingID? {
        StreamPath(path, of: "booking").flatMap { BookingID($0.id) }
    }
}

/// The paths at which an event is found.
enum EventLinks {
    static func stream(_ id: UniqueID) -> String { "/api/events/\(id)/stream" }

    /// The event whose stream is at this path; nil when the path is no such stream's.
    static func event(ofStream path: String) -> UniqueID? {
        StreamPath(path, of: "events").flatMap { UniqueID($0.id) }
    }
}

/// `/api/<collection>/<id>/stream`, taken apart.
private struct StreamPath {
    let id: String

    init?(_ path: String, of collection: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "api", parts[2] == collection, parts[4] == "stream" else {
            return nil
        }
        id = String(parts[3])
    }
}

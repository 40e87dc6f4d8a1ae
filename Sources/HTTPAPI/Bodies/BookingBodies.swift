import Booking
import Inventory

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
struct BookingBody: Encodable {
    private let booking: Booking
    private let ticket: String?

    /// - Parameter ticket: Opens the stream without a header; part of the link to it.
    init(_ booking: Booking, ticket: String? = nil) {
        self.booking = booking
        self.ticket = ticket
    }

    private struct Failure: Encodable {
        let code: String
        let message: String
    }

    private struct Refund: Encodable {
        let amount: Int64
        let status: String

        init(_ refund: BookingRefund) {
            amount = refund.amountMinor
            status = refund.isDone ? "refunded" : "pending"
        }
    }

    private struct Links: Encodable {
        let `self`: String
        let stream: String
    }

    private enum CodingKeys: String, CodingKey {
        case bookingID = "booking_id", eventID = "event_id", userID = "user_id", status, version, claims, total
        case currency, createdAt = "created_at", updatedAt = "updated_at", failure, refund, links
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(booking.id.description, forKey: .bookingID)
        try container.encode(booking.id.offering.description, forKey: .eventID)
        try container.encode(booking.customer.id.description, forKey: .userID)
        try container.encode(booking.status.rawValue, forKey: .status)
        try container.encode(booking.version, forKey: .version)
        try container.encode(booking.claims.map(ClaimBody.init), forKey: .claims)
        try container.encode(booking.totalMinor, forKey: .total)
        try container.encode(booking.currency, forKey: .currency)
        try container.encode(booking.createdAt.rfc3339, forKey: .createdAt)
        try container.encode(booking.updatedAt.rfc3339, forKey: .updatedAt)
        // Null while there is none, so that clients can rely on the member.
        try container.encode(
            booking.failure.map { Failure(code: $0.code, message: $0.message) }, forKey: .failure)
        try container.encode(booking.refund.map(Refund.init), forKey: .refund)
        let stream = BookingLinks.stream(booking.id)
        try container.encode(
            Links(self: BookingLinks.booking(booking.id), stream: ticket.map { "\(stream)?ticket=\($0)" } ?? stream),
            forKey: .links)
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

import Booking
import Foundation
import Inventory

/// A claim as JSON, in the ledger and in events.
struct ClaimDocument: Codable {
    let unit: String
    let quantity: Int
    let price: Int64
    let capacity: Int

    init(_ claim: Claim) {
        unit = claim.unit
        quantity = claim.quantity
        price = claim.priceMinor
        capacity = claim.unitCapacity
    }

    static func encode(_ claims: [Claim]) throws -> String {
        String(decoding: try JSONEncoder().encode(claims.map(Self.init)), as: UTF8.self)
    }

    static func decode(_ json: String) throws -> [Claim] {
        try JSONDecoder().decode([Self].self, from: Data(json.utf8)).map {
            Claim(unit: $0.unit, quantity: $0.quantity, priceMinor: $0.price, unitCapacity: $0.capacity)
        }
    }
}

/// A booking as its events tell it: all that a reader needs who cannot ask back.
struct BookingDocument: Encodable {
    struct Failure: Encodable {
        let code: String
        let message: String
    }

    struct Refund: Encodable {
        let amount: Int64
        let status: String

        init(_ refund: BookingRefund) {
            amount = refund.amountMinor
            status = refund.isDone ? "refunded" : "pending"
        }
    }

    /// Written as `null` when there is nothing; a lone optional would be left out.
    struct Nullable<Value: Encodable>: Encodable {
        let value: Value?

        func encode(to encoder: any Encoder) throws {
            try value.encode(to: encoder)
        }
    }

    struct Event: Encodable {
        let name: String
        let venue: String
        let startsAt: String
    }

    let bookingId: String
    let eventId: String
    let userId: String
    let email: String
    let status: String
    let version: Int64
    let claims: [ClaimDocument]
    let total: Int64
    let currency: String
    let createdAt: String
    let updatedAt: String
    let failure: Nullable<Failure>
    let refund: Nullable<Refund>
    let event: Event

    init(_ change: LedgerChange) {
        let booking = change.booking
        bookingId = booking.id.description
        eventId = booking.id.offering.description
        userId = booking.customer.id.description
        email = booking.customer.email
        status = booking.status.rawValue
        version = booking.version
        claims = booking.claims.map(ClaimDocument.init)
        total = booking.totalMinor
        currency = booking.currency
        createdAt = booking.createdAt.rfc3339
        updatedAt = booking.updatedAt.rfc3339
        failure = Nullable(value: booking.failure.map { Failure(code: $0.code, message: $0.message) })
        refund = Nullable(value: booking.refund.map(Refund.init))
        event = Event(
            name: change.offering.name, venue: change.offering.venue, startsAt: change.offering.startsAt.rfc3339)
    }

    func encoded() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Timestamp {
    /// RFC 3339 in UTC with milliseconds, `2027-03-01T19:30:00.000Z`.
    ///
    /// Foundation cuts the fraction off instead of rounding it, and most milliseconds lie just below their own value in
    /// binary: a quarter more brings them back.
    var rfc3339: String {
        Date(timeIntervalSince1970: (Double(millisecondsSince1970) + 0.25) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

import Booking
import Foundation
import Inventory
import TextFormats

extension [Claim] {
    /// Reads what `json` has written.
    init(json: String) throws {
        self = try JSONDecoder().decode([ClaimDocument].self, from: Data(json.utf8)).map {
            Claim(unit: $0.unit, quantity: $0.quantity, priceMinor: $0.price, unitCapacity: $0.capacity)
        }
    }

    /// The claims as the ledger keeps them.
    var json: String {
        var json = JSONWriter(capacity: 64 * count)
        json.array(self) { $0.value($1) }
        return json.text
    }
}

private struct ClaimDocument: Decodable {
    let unit: String
    let quantity: Int
    let price: Int64
    let capacity: Int
}

extension LedgerChange {
    /// The booking as its events tell it: all that a reader needs who cannot ask back. What there is none of is `null`.
    var eventPayload: String {
        var json = JSONWriter(capacity: 768)
        json.object { json in
            json.member("booking_id", booking.id.description)
            json.member("event_id", booking.id.offering.description)
            json.member("user_id", booking.customer.id.description)
            json.member("email", booking.customer.email)
            json.member("status", booking.status.rawValue)
            json.member("version", booking.version)
            json.member("claims", array: booking.claims) { $0.value($1) }
            json.member("total", booking.totalMinor)
            json.member("currency", booking.currency)
            json.member("created_at", booking.createdAt.rfc3339)
            json.member("updated_at", booking.updatedAt.rfc3339)
            json.member("failure", booking.failure) { json, failure in
                json.member("code", failure.code)
                json.member("message", failure.message)
            }
            json.member("refund", booking.refund) { json, refund in
                json.member("amount", refund.amountMinor)
                json.member("status", refund.isDone ? "refunded" : "pending")
            }
            json.member("event", offering) { json, offering in
                json.member("name", offering.name)
                json.member("venue", offering.venue)
                json.member("starts_at", offering.startsAt.rfc3339)
            }
        }
        return json.text
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ claim: Claim) {
        object { json in
            json.member("unit", claim.unit)
            json.member("quantity", claim.quantity)
            json.member("price", claim.priceMinor)
            json.member("capacity", claim.unitCapacity)
        }
    }
}

import Booking
import Inventory
import TextFormats

extension Hold: JSONWritable {
    /// `{"claims": [{"price": …, "quantity": …, "unit": …}], "currency": …, "event_id": …, …}`
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("claims", array: claims) { $1.write(to: &$0) }
            json.member("currency", currency)
            json.member("event_id", id.offering.description)
            json.member("expires_at", expiresAt.rfc3339)
            json.member("expires_in_ms", Int64(remaining / .milliseconds(1)))
            json.member("hold_id", id.description)
            json.member("total", totalMinor)
        }
    }
}

extension Claim: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("price", priceMinor)
            json.member("quantity", quantity)
            json.member("unit", unit)
        }
    }
}

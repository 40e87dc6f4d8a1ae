import Booking
import Inventory
import NIOCore

extension Hold {
    /// `{"claims": [{"price": …, "quantity": …, "unit": …}], "currency": …, "event_id": …, …}`
    ///
    /// Written by hand, since a rush consists of these answers. Names need no escaping, as in `SeatMap.json`, nor do
    /// currencies, which are three letters.
    var json: ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 320 + claims.count * 64)
        buffer.writeString(#"{"claims":["#)
        var separator = ""
        for claim in claims {
            buffer.writeString(separator)
            buffer.writeString(#"{"price":\#(claim.priceMinor),"quantity":\#(claim.quantity),"unit":"\#(claim.unit)"}"#)
            separator = ","
        }
        buffer.writeString(#"],"currency":"\#(currency)","event_id":"\#(id.offering)","#)
        buffer.writeString(#""expires_at":"\#(expiresAt.rfc3339)","#)
        buffer.writeString(#""expires_in_ms":\#(Int64(remaining / .milliseconds(1))),"#)
        buffer.writeString(#""hold_id":"\#(id)","total":\#(totalMinor)}"#)
        return buffer
    }
}

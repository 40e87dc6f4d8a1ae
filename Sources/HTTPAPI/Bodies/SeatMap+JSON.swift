import Booking
import NIOCore

extension SeatMap {
    /// `{"version": …, "seats": [{"id": …, "status": …, "price": …}]}`
    ///
    /// Written by hand, since an event may have a million seats. Seat ids need no escaping: a layout's names are
    /// letters, digits, spaces and underscores.
    var json: ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 64 + seats.count * 64)
        buffer.writeString(#"{"version":\#(version),"seats":["#)
        var separator = ""
        for seat in seats {
            buffer.writeString(separator)
            buffer.writeString(#"{"id":""#)
            buffer.writeString(seat.id)
            buffer.writeString(#"","status":""#)
            buffer.writeString(seat.status.rawValue)
            buffer.writeString(#"","price":"#)
            buffer.writeString(String(seat.priceMinor))
            buffer.writeString("}")
            separator = ","
        }
        buffer.writeString("]}")
        return buffer
    }
}

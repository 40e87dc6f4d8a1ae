import Booking
import Inventory
import NIOCore

extension SeatUpdate {
    /// `{"version": …, "seats": [{"id": …, "status": …}], "sections": [{"name": …, "available": …, …}]}`
    ///
    /// Seats are told one by one, sections without numbered seats and slots by their counts. Written by hand as
    /// `SeatMap.json` is.
    ///
    /// - Parameter withPrices: Whether the price is told of each, as it is to who sees the units for the first time.
    func json(_ layout: Layout, withPrices: Bool) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 64 + units.count * 64)
        buffer.writeString(#"{"version":\#(version),"seats":["#)
        var separator = ""
        for change in units where layout.isSeat(change.unit) {
            buffer.writeString(separator)
            buffer.writeString(#"{"id":""#)
            buffer.writeString(layout.name(of: change.unit))
            buffer.writeString(#"","status":""#)
            buffer.writeString(SeatMap.Status(change.counts).rawValue)
            buffer.writeString(#"""#)
            if withPrices { buffer.writePrice(of: change.unit, layout) }
            buffer.writeString("}")
            separator = ","
        }
        buffer.writeString(#"],"sections":["#)
        separator = ""
        for change in units where !layout.isSeat(change.unit) {
            let counts = change.counts
            buffer.writeString(
                #"\#(separator){"name":"\#(layout.name(of: change.unit))","available":\#(counts.free),"#
                    + #""held":\#(counts.held),"booked":\#(counts.booked),"blocked":\#(counts.blocked)"#)
            if withPrices { buffer.writePrice(of: change.unit, layout) }
            buffer.writeString("}")
            separator = ","
        }
        buffer.writeString("]}")
        return buffer
    }
}

extension ByteBuffer {
    fileprivate mutating func writePrice(of unit: UnitIndex, _ layout: Layout) {
        writeString(#","price":\#(layout.sections[layout.sectionIndex(of: unit)].priceMinor)"#)
    }
}

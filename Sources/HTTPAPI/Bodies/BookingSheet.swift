import Booking
import Inventory
import NIOCore

/// An event's bookings as a table for a spreadsheet: comma-separated values (RFC 4180), with a heading.
struct BookingSheet {
    static let heading = line([
        "booking_id", "status", "created_at", "updated_at", "user_id", "email", "places", "units", "total", "currency",
        "refund", "refund_status",
    ])

    /// The lines of some bookings.
    static func lines(_ bookings: [Booking]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: bookings.count * 256)
        for booking in bookings { buffer.writeString(line(cells(booking))) }
        return buffer
    }

    private static func cells(_ booking: Booking) -> [String] {
        let units = booking.claims.map { $0.quantity == 1 ? $0.unit : "\($0.quantity) x \($0.unit)" }
        return [
            booking.id.description, booking.status.rawValue, booking.createdAt.rfc3339, booking.updatedAt.rfc3339,
            booking.customer.id.description, booking.customer.email,
            String(booking.claims.reduce(0) { $0 + $1.quantity }), units.joined(separator: "; "),
            String(booking.totalMinor), booking.currency, booking.refund.map { String($0.amountMinor) } ?? "",
            booking.refund.map { $0.isDone ? "refunded" : "pending" } ?? "",
        ]
    }

    static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// Quoted where it must be. What a spreadsheet would take for a formula gets an apostrophe in front, so that nobody's
    /// e-mail address runs anything on the organizer's machine.
    private static func cell(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

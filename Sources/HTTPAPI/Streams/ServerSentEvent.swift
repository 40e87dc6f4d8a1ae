import Booking
import Hummingbird
import NIOCore

/// What is written to a stream (HTML Standard, section 9.2).
enum ServerSentEvent: Sendable {
    /// A booking's state. Its version is the event's id, from which a client resumes.
    case status(Booking)
    /// A comment, which keeps the connection from being taken for dead.
    case heartbeat

    var bytes: ByteBuffer {
        get throws {
            switch self {
            case .heartbeat:
                return ByteBuffer(string: ":\n\n")
            case .status(let booking):
                var buffer = ByteBuffer(string: "id: \(booking.version)\nevent: status\ndata: ")
                // JSON without line breaks, so one data line is enough.
                buffer.writeImmutableBuffer(try BookingBody(booking).json)
                buffer.writeString("\n\n")
                return buffer
            }
        }
    }
}

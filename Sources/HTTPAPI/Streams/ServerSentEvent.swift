import Booking
import NIOCore

/// What is written to a stream (HTML Standard, section 9.2). The data is JSON without line breaks, so one line holds it.
enum ServerSentEvent {
    /// A comment, which keeps the connection from being taken for dead.
    static let heartbeat = ByteBuffer(string: ":\n\n")

    /// When an EventSource that has lost its stream is to come again: each at another time, since a node that ends loses
    /// all of them at once.
    static func retry() -> ByteBuffer {
        ByteBuffer(string: "retry: \(Int.random(in: 1_000...5_000))\n\n")
    }

    /// A booking's state. Its version is the event's id, from which a client resumes.
    static func status(_ booking: Booking) -> ByteBuffer {
        event("status", id: "\(booking.version)", data: BookingBody(booking).json)
    }

    static func event(_ name: String, id: String, data: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: data.readableBytes + name.utf8.count + id.utf8.count + 24)
        buffer.writeString("id: \(id)\nevent: \(name)\ndata: ")
        buffer.writeImmutableBuffer(data)
        buffer.writeString("\n\n")
        return buffer
    }
}

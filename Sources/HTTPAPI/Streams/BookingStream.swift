import Booking
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore

/// Writes a booking's states to one client until the booking has ended, the client has gone, or the server shuts down.
struct BookingStream: Sendable {
    let updates: BookingUpdates
    /// The version that the client has seen; nothing up to it is repeated.
    let seenVersion: Int64
    let streams: EventStreams

    private static let open = Meter(label: "usher_streams_open", dimensions: [("kind", "booking")])

    func response(on channel: any Channel, in place: StreamPlace) -> Response {
        .eventStream { writer in
            Self.open.increment()
            defer { Self.open.decrement() }
            try await streams.keepOpen(on: channel, in: place, onEnd: updates.end) { _ in
                for await booking in updates where booking.version > seenVersion {
                    try await writer.write(ServerSentEvent.status(booking))
                }
            }
            try await writer.finish(nil)
        }
    }
}

extension Response {
    /// The body ends when `write` finishes it. Hummingbird's `consumeWithInboundCloseHandler` is of no use to it: that traps
    /// when it ends before the request's body has (2.28).
    static func eventStream(
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody(write))
    }
}

import Booking
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import ServiceLifecycle

/// Writes a booking's states to one client until the booking has ended, the client has gone, or the server shuts down.
struct BookingStream: Sendable {
    let updates: BookingUpdates
    /// The version that the client has seen; nothing up to it is repeated.
    let seenVersion: Int64
    let heartbeatInterval: Duration

    /// A booking has four states at most. A client that leaves this many events unread is not reading.
    private static let bufferedEvents = 8
    private static let open = Meter(label: "usher_streams_open", dimensions: [("kind", "booking")])

    func response() -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    /// A client that has gone is noticed by the next writes, heartbeats among them. `consumeWithInboundCloseHandler`
    /// would tell at once, but traps when it ends before the request's body has (Hummingbird 2.28).
    private func write(to writer: inout any ResponseBodyWriter) async throws {
        Self.open.increment()
        defer { Self.open.decrement() }
        let (events, output) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(Self.bufferedEvents))
        async let _ = forwardStates(to: output)
        async let _ = sendHeartbeats(to: output)
        try await withGracefulShutdownHandler {
            for await event in events { try await writer.write(event.bytes) }
        } onGracefulShutdown: {
            output.finish()
        }
    }

    private func forwardStates(to output: AsyncStream<ServerSentEvent>.Continuation) async {
        defer { output.finish() }
        for await booking in updates where booking.version > seenVersion {
            guard case .enqueued = output.yield(.status(booking)) else { return }
        }
    }

    private func sendHeartbeats(to output: AsyncStream<ServerSentEvent>.Continuation) async {
        defer { output.finish() }
        while case .enqueued = output.yield(.heartbeat) {
            guard (try? await Task.sleep(for: heartbeatInterval)) != nil else { return }
        }
    }
}

import Booking
import HTTPTypes
import Hummingbird
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

    func response(to request: Request) -> Response {
        Response(
            status: .ok,
            // Watching for the client's end uses the connection up: no other request can follow on it.
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .connection: "close"],
            body: ResponseBody { writer in
                try await write(to: &writer, until: request.body)
                try await writer.finish(nil)
            })
    }

    private func write(to writer: inout any ResponseBodyWriter, until client: RequestBody) async throws {
        let (events, output) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(Self.bufferedEvents))
        async let _ = forwardStates(to: output)
        async let _ = sendHeartbeats(to: output)
        // Outside of the other handler: that one reads the connection to its end, which a shutdown waits for.
        try await withGracefulShutdownHandler {
            try await client.consumeWithInboundCloseHandler { _ in
                for await event in events { try await writer.write(event.bytes) }
            } onInboundClosed: {
                output.finish()
            }
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

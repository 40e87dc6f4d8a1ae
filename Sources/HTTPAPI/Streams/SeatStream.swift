import Hummingbird
import Inventory
import Metrics
import NIOCore

/// Shows an event's seats to one client until it goes or the server shuts down.
struct SeatStream: Sendable {
    let event: UniqueID
    /// The section's name; nil for all.
    let section: String?
    /// What the client had seen when it lost an earlier stream.
    let seen: SeatPosition?
    let streams: EventStreams
    let broadcasts: SeatBroadcasts

    private static let open = Meter(label: "usher_streams_open", dimensions: [("kind", "seats")])

    func response(on channel: any Channel, in place: StreamPlace) -> Response {
        .eventStream { writer in
            let isOver = try await streams.leaveOpen(on: channel, in: place) { stream in
                Self.open.increment()
                await broadcasts.join(event, section: section, with: stream, after: seen)
            } onEnd: { stream in
                await broadcasts.leave(event, section: section, with: stream)
                Self.open.decrement()
            }
            if isOver { try await writer.finish(nil) }
        }
    }
}

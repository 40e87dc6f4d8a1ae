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
        .eventStream { _ in
            Self.open.increment()
            defer { Self.open.decrement() }
            let (ended, end) = AsyncStream.makeStream(of: Never.self)
            try await streams.keepOpen(on: channel, in: place, onEnd: { end.finish() }) { stream in
                await broadcasts.show(event, section: section, on: stream, after: seen) {
                    for await _ in ended {}
                }
            }
        }
    }
}

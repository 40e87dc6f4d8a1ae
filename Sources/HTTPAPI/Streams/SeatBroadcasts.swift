import Booking
import Inventory
import Logging
import ServiceLifecycle
import Synchronization

/// The broadcasts of those events whose seats somebody reads.
final class SeatBroadcasts: Service {
    private struct Entry {
        let broadcast: SeatBroadcast
        var readers = 0
    }

    private let bookings: BookingService
    private let frameInterval: Duration
    private let logger: Logger
    private let entries = Mutex<[UniqueID: Entry]>([:])
    private let started: AsyncStream<SeatBroadcast>
    private let start: AsyncStream<SeatBroadcast>.Continuation

    /// - Parameter frameInterval: The least time between two frames of an event.
    init(bookings: BookingService, frameInterval: Duration, logger: Logger) {
        self.bookings = bookings
        self.frameInterval = frameInterval
        self.logger = logger
        (started, start) = AsyncStream.makeStream(of: SeatBroadcast.self)
    }

    /// Runs the broadcasts until graceful shutdown, which comes when the server has ended its streams.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await broadcast in self.started { group.addTask { await broadcast.broadcast() } }
                group.cancelAll()
            }
        }
    }

    /// Has a stream show an event's seats until it leaves.
    func join(_ offering: UniqueID, section: String?, with stream: EventStream, after seen: SeatPosition?) async {
        await enter(offering).join(stream, section: section, seen: seen)
    }

    func leave(_ offering: UniqueID, section: String?, with stream: EventStream) async {
        guard let (broadcast, wasLast) = leave(offering) else { return }
        await broadcast.leave(stream, section: section)
        if wasLast { await broadcast.end() }
    }

    private func enter(_ offering: UniqueID) -> SeatBroadcast {
        entries.withLock { entries in
            if let entry = entries[offering] {
                entries[offering]?.readers += 1
                return entry.broadcast
            }
            let broadcast = SeatBroadcast(
                of: offering, bookings: bookings, frameInterval: frameInterval, logger: logger)
            entries[offering] = Entry(broadcast: broadcast, readers: 1)
            start.yield(broadcast)
            return broadcast
        }
    }

    private func leave(_ offering: UniqueID) -> (SeatBroadcast, wasLast: Bool)? {
        entries.withLock { entries in
            entries[offering]?.readers -= 1
            guard let entry = entries[offering] else { return nil }
            if entry.readers == 0 { entries[offering] = nil }
            return (entry.broadcast, entry.readers == 0)
        }
    }
}

import Inventory
import Synchronization

/// Tells those who wait for a booking how it goes on.
///
/// It knows the latest state of each booking that has not ended. A reader's buffer is bounded: one that does not keep
/// up misses states in between, never the last.
public final class StatusHub: Sendable {
    private struct State {
        var latest: [BookingID: Booking] = [:]
        var readers: [BookingID: [Int: AsyncStream<Booking>.Continuation]] = [:]
        var nextReader = 0
    }

    /// A booking has four states at most, so this many lose nothing.
    private static let bufferedStates = 4

    private let state = Mutex(State())

    /// Makes a hub without bookings.
    public init() {}

    func latest(_ id: BookingID) -> Booking? {
        state.withLock { $0.latest[id] }
    }

    func publish(_ booking: Booking) {
        let isFinal = booking.status.isFinal
        let readers = state.withLock { state in
            state.latest[booking.id] = isFinal ? nil : booking
            return isFinal ? state.readers.removeValue(forKey: booking.id) : state.readers[booking.id]
        }
        for reader in Self.inOrder(readers) {
            reader.yield(booking)
            if isFinal { reader.finish() }
        }
    }

    /// Forgets a booking that this node cannot finish; its readers are told to come back.
    func abandon(_ id: BookingID) {
        let readers = state.withLock { state in
            state.latest[id] = nil
            return state.readers.removeValue(forKey: id)
        }
        for reader in Self.inOrder(readers) { reader.finish() }
    }

    /// The readers in the order of their coming, so that a simulated run can be repeated.
    private static func inOrder(
        _ readers: [Int: AsyncStream<Booking>.Continuation]?
    ) -> [AsyncStream<Booking>.Continuation] {
        (readers ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The states that a booking takes from now on. The stream ends after a final one.
    func states(of id: BookingID) -> (AsyncStream<Booking>, AsyncStream<Booking>.Continuation) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Booking.self, bufferingPolicy: .bufferingNewest(Self.bufferedStates))
        let reader = state.withLock { state in
            state.nextReader += 1
            state.readers[id, default: [:]][state.nextReader] = continuation
            return state.nextReader
        }
        continuation.onTermination = { [weak self] _ in self?.remove(reader: reader, of: id) }
        return (stream, continuation)
    }

    private func remove(reader: Int, of id: BookingID) {
        state.withLock { state in
            state.readers[id]?[reader] = nil
            if state.readers[id]?.isEmpty == true { state.readers[id] = nil }
        }
    }
}

/// A booking's states: the present one first, then each that follows, until a final one.
public struct BookingUpdates: AsyncSequence, Sendable {
    let current: Booking
    let following: AsyncStream<Booking>
    let source: AsyncStream<Booking>.Continuation

    /// Reads the states.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var current: Booking?
        fileprivate var following: AsyncStream<Booking>.AsyncIterator
        private var lastVersion: Int64 = 0
        private var isOver = false

        fileprivate init(current: Booking, following: AsyncStream<Booking>.AsyncIterator) {
            self.current = current
            self.following = following
        }

        /// The next state; nil after a final one, and when this node cannot say more.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Booking? {
            while !isOver, let booking = await nextState(isolation: actor) {
                guard booking.version > lastVersion else { continue }
                lastVersion = booking.version
                isOver = booking.status.isFinal
                return booking
            }
            return nil
        }

        private mutating func nextState(isolation actor: isolated (any Actor)?) async -> Booking? {
            if let first = current {
                current = nil
                return first
            }
            return await following.next(isolation: actor)
        }
    }

    /// Lets whoever reads go.
    public func end() {
        source.finish()
    }

    /// Starts reading. To be called once.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(current: current, following: following.makeAsyncIterator())
    }
}

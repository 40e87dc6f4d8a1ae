import Inventory
import Synchronization

/// The bookings that wait for a worker, at most `capacity` of them.
///
/// Offerings take turns, and one of them may have half of the places at most, so that a hot event neither starves the
/// others nor shuts them out. Bookings that the payment gateway has no part in wait in a lane of their own.
///
/// A place is reserved before anything is written, so that a full queue refuses a booking while that still costs
/// nothing.
public final class BookingQueue: Sendable {
    /// Which workers a booking waits for.
    public enum Lane: Int, CaseIterable, Sendable {
        /// Those that ask the payment gateway.
        case payment
        /// Those that never do, and so never wait behind a slow one.
        case settlement
    }

    /// The right to put one booking into the queue.
    struct Place: ~Copyable, Sendable {
        fileprivate let offering: UniqueID
    }

    fileprivate struct Line {
        var waiting = FairQueue()
        var idleWorkers: [CheckedContinuation<QueuedBooking?, Never>] = []
    }

    fileprivate struct State {
        var lines = Lane.allCases.map { _ in Line() }
        /// Places reserved or filled, by offering.
        var taken: [UniqueID: Int] = [:]
        var takenInAll = 0
        var isClosed = false
    }

    private let capacity: Int
    private let capacityOfOne: Int
    private let state = Mutex(State())

    /// Makes a queue for at most `capacity` bookings.
    public init(capacity: Int) {
        self.capacity = capacity
        capacityOfOne = max(1, capacity / 2)
    }

    /// Takes a place, to be given to `put` or `giveBack`.
    func reserve(for offering: UniqueID) throws(BookingError) -> Place {
        let refusal: BookingError? = state.withLock { state in
            if state.isClosed { return .shuttingDown }
            if state.takenInAll >= capacity || state.taken[offering, default: 0] >= capacityOfOne { return .overloaded }
            state.take(offering)
            return nil
        }
        if let refusal { throw refusal }
        return Place(offering: offering)
    }

    func giveBack(_ place: consuming Place) {
        let offering = place.offering
        state.withLock { $0.giveBack(offering) }
    }

    func put(_ booking: QueuedBooking, in place: consuming Place) {
        giveBack(place)
        put(booking)
    }

    /// Puts a booking in that was accepted by an earlier process and has to be finished, whatever the capacity.
    func put(_ booking: QueuedBooking) {
        let lane = booking.lane.rawValue
        let worker = state.withLock { state in
            let worker = state.lines[lane].idleWorkers.popLast()
            if worker == nil {
                state.lines[lane].waiting.append(booking)
                state.take(booking.booking.id.offering)
            }
            return worker
        }
        worker?.resume(returning: booking)
    }

    /// The next booking of a lane: offerings in turn, each in the order of its bookings' coming; nil once the queue is
    /// closed.
    func next(lane: Lane) async -> QueuedBooking? {
        await withCheckedContinuation { continuation in
            let (isReady, booking) = state.withLock { state -> (Bool, QueuedBooking?) in
                if state.isClosed { return (true, nil) }
                if let booking = state.lines[lane.rawValue].waiting.popFirst() {
                    state.giveBack(booking.booking.id.offering)
                    return (true, booking)
                }
                state.lines[lane.rawValue].idleWorkers.append(continuation)
                return (false, nil)
            }
            if isReady { continuation.resume(returning: booking) }
        }
    }

    /// Sends the workers home. What still waits is in the ledger and is taken up by the next process.
    func close() {
        let workers = state.withLock { state in
            state.isClosed = true
            let workers = state.lines.flatMap(\.idleWorkers)
            for lane in state.lines.indices { state.lines[lane].idleWorkers = [] }
            return workers
        }
        for worker in workers { worker.resume(returning: nil) }
    }
}

// MARK: - What can be seen of it

extension BookingQueue {
    /// How many bookings wait in a lane.
    public func length(of lane: Lane) -> Int {
        state.withLock { $0.lines[lane.rawValue].waiting.count }
    }

    /// When the booking was made that has waited longest in a lane; nil when none waits.
    public func oldest(in lane: Lane) -> Timestamp? {
        state.withLock { $0.lines[lane.rawValue].waiting.oldest }
    }
}

extension BookingQueue.State {
    fileprivate mutating func take(_ offering: UniqueID) {
        taken[offering, default: 0] += 1
        takenInAll += 1
    }

    fileprivate mutating func giveBack(_ offering: UniqueID) {
        takenInAll -= 1
        taken[offering, default: 0] -= 1
        if taken[offering] == 0 { taken[offering] = nil }
    }
}

/// A booking that waits for a worker.
struct QueuedBooking: Sendable {
    let booking: Booking
    /// What has its claims; nil of one that an earlier process left, which is to be brought into memory first.
    let inventory: InventoryActor?
    /// Why it is not known whether the ledger has the booking. Its customer was told that it has not, so it is not paid for
    /// but recorded as failed.
    var doubt: LedgerError?
    /// The trace of the request that it was made by.
    let trace = TraceContext.current
    /// Whether an earlier process had it in its hands, and may have charged for it.
    var isTakenUp: Bool { inventory == nil }

    /// There is nothing to pay for a booking in doubt, nor for one that costs nothing.
    var lane: BookingQueue.Lane { doubt == nil && booking.totalMinor > 0 ? .payment : .settlement }
}

extension BookingError {
    fileprivate static var overloaded: BookingError {
        var error = BookingError(.overloaded, "Too many bookings are waiting; nothing was booked, try again.")
        error.retryAfter = .seconds(1)
        return error
    }

    fileprivate static var shuttingDown: BookingError {
        var error = BookingError(.shuttingDown, "The server is shutting down; nothing was booked, try again.")
        error.retryAfter = .seconds(2)
        return error
    }
}

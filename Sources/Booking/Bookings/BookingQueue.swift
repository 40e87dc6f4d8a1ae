import DequeModule
import Synchronization

/// The bookings that wait for a worker, at most `capacity` of them.
///
/// A place is reserved before anything is written, so that a full queue refuses a booking while that still costs
/// nothing.
public final class BookingQueue: Sendable {
    /// The right to put one booking into the queue.
    struct Place: ~Copyable, Sendable {
        fileprivate init() {}
    }

    private struct State {
        var waiting: Deque<QueuedBooking> = []
        var idleWorkers: Deque<CheckedContinuation<QueuedBooking?, Never>> = []
        var reserved = 0
        var isClosed = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Makes a queue for at most `capacity` bookings.
    public init(capacity: Int) {
        self.capacity = capacity
    }

    /// Takes a place, to be given to `put` or `giveBack`.
    func reserve() throws(BookingError) -> Place {
        let refusal: BookingError? = state.withLock { state in
            if state.isClosed { return .shuttingDown }
            if state.reserved + state.waiting.count >= capacity { return .overloaded }
            state.reserved += 1
            return nil
        }
        if let refusal { throw refusal }
        return Place()
    }

    func giveBack(_ place: consuming Place) {
        state.withLock { $0.reserved -= 1 }
    }

    func put(_ booking: QueuedBooking, in place: consuming Place) {
        giveBack(place)
        put(booking)
    }

    /// Puts a booking in that was accepted by an earlier process and has to be finished, whatever the capacity.
    func put(_ booking: QueuedBooking) {
        let worker = state.withLock { state in
            let worker = state.idleWorkers.popFirst()
            if worker == nil { state.waiting.append(booking) }
            return worker
        }
        worker?.resume(returning: booking)
    }

    /// The next booking, in the order of their coming; nil once the queue is closed.
    func next() async -> QueuedBooking? {
        await withCheckedContinuation { continuation in
            let (isReady, booking) = state.withLock { state -> (Bool, QueuedBooking?) in
                if state.isClosed { return (true, nil) }
                if let booking = state.waiting.popFirst() { return (true, booking) }
                state.idleWorkers.append(continuation)
                return (false, nil)
            }
            if isReady { continuation.resume(returning: booking) }
        }
    }

    /// Sends the workers home. What still waits is in the ledger and is taken up by the next process.
    func close() {
        let workers = state.withLock { state in
            state.isClosed = true
            defer { state.idleWorkers = [] }
            return state.idleWorkers
        }
        for worker in workers { worker.resume(returning: nil) }
    }
}

/// A booking that waits for a worker, with the inventory that holds its claims.
struct QueuedBooking: Sendable {
    let booking: Booking
    let inventory: InventoryActor
    /// Why it is not known whether the ledger has the booking. Its customer was told that it has not, so it is not paid for
    /// but recorded as failed.
    var doubt: LedgerError?
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

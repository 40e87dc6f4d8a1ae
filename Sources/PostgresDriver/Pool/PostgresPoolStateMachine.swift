internal import DequeModule

/// What the pool needs to know of a request.
protocol PoolRequest: Sendable {
    var statementCount: Int { get }
}

/// Which connection gets which request, without any I/O.
///
/// Each slot holds one connection at a time. Requests lie in the inbox of the least loaded ready slot until its
/// connection takes them, or wait together while no slot is ready.
struct PostgresPoolStateMachine<Request: PoolRequest, Connection: Sendable>: Sendable {
    enum SubmitAction: Sendable {
        case none
        /// The connection has something in its inbox.
        case wake(Connection)
        /// Nobody is connected: call ``expire(now:)`` at this time.
        case expire(at: ContinuousClock.Instant)
        case refuse(PostgresError)
    }

    private struct Slot {
        var connection: Connection?
        var inbox: [Request] = []
        var isWoken = false
        var load = 0
    }

    private struct Waiting {
        let request: Request
        let deadline: ContinuousClock.Instant
    }

    private let capacity: Int
    private var waitLimit: Duration
    private let outageLimit: Duration
    private var slots: [Slot]
    private var waiting: Deque<Waiting> = []
    /// When ``expire(now:)`` is called next.
    private var nextExpiry: ContinuousClock.Instant?
    private var isClosed = false

    /// The statements that have been submitted and not answered, in all places.
    private(set) var queuedStatements = 0

    /// - Parameters:
    ///   - waitLimit: How long a request waits for the first connection.
    ///   - outageLimit: How long it waits for a later one; nil for as long as for the first.
    init(slots: Int, capacity: Int, waitLimit: Duration, outageLimit: Duration? = nil) {
        precondition(slots > 0, "a pool without a connection")
        self.slots = Array(repeating: Slot(), count: slots)
        self.capacity = capacity
        self.waitLimit = waitLimit
        self.outageLimit = outageLimit ?? waitLimit
    }

    var isConnected: Bool { slots.contains { $0.connection != nil } }

    /// Takes a new request in, or refuses it.
    mutating func submit(_ request: Request, now: ContinuousClock.Instant) -> SubmitAction {
        guard !isClosed else {
            return .refuse(PostgresError(.closed, "the client has been shut down"))
        }
        guard queuedStatements + request.statementCount <= capacity else {
            return .refuse(
                PostgresError(.queueFull, "\(queuedStatements) statements are waiting already; try again later"))
        }
        queuedStatements += request.statementCount
        return place(request, now: now)
    }

    /// A connection has become ready. Whoever waited lies in its inbox now.
    mutating func connect(_ connection: Connection, slot: Int) {
        slots[slot].connection = connection
        waitLimit = outageLimit
        for waiting in waiting { put(waiting.request, slot: slot) }
        waiting = []
    }

    /// Empties the inbox of a slot.
    mutating func take(slot: Int) -> [Request] {
        defer { slots[slot].inbox = [] }
        slots[slot].isWoken = false
        return slots[slot].inbox
    }

    /// Statements of a slot are done with.
    mutating func release(_ statements: Int, slot: Int) {
        slots[slot].load -= statements
        queuedStatements -= statements
    }

    /// A slot has lost its connection. `unsent` were taken from its inbox and not sent; they and the rest of the inbox
    /// go elsewhere, or after ``close()`` back to the caller. Everything else of the slot has been released.
    mutating func disconnect(
        slot: Int, unsent: [Request], now: ContinuousClock.Instant
    ) -> (actions: [SubmitAction], orphans: [Request]) {
        let requests = unsent + slots[slot].inbox
        slots[slot] = Slot()
        guard !isClosed else {
            queuedStatements -= requests.reduce(0) { $0 + $1.statementCount }
            return ([], requests)
        }
        return (requests.map { place($0, now: now) }, [])
    }

    /// The requests that have waited too long for a connection, and when to look again.
    mutating func expire(now: ContinuousClock.Instant) -> (expired: [Request], next: ContinuousClock.Instant?) {
        var expired: [Request] = []
        while let first = waiting.first, first.deadline <= now {
            waiting.removeFirst()
            queuedStatements -= first.request.statementCount
            expired.append(first.request)
        }
        nextExpiry = waiting.first?.deadline
        return (expired, waiting.first?.deadline)
    }

    /// Takes nothing in any more, and gives back what no connection has taken.
    mutating func close() -> [Request] {
        isClosed = true
        var requests = waiting.map(\.request)
        waiting = []
        for slot in slots.indices {
            slots[slot].load -= slots[slot].inbox.reduce(0) { $0 + $1.statementCount }
            requests += take(slot: slot)
        }
        queuedStatements -= requests.reduce(0) { $0 + $1.statementCount }
        return requests
    }

    private mutating func place(_ request: Request, now: ContinuousClock.Instant) -> SubmitAction {
        guard let slot = leastLoadedSlot(), let connection = slots[slot].connection else {
            let deadline = now + waitLimit
            waiting.append(Waiting(request: request, deadline: deadline))
            if let nextExpiry, nextExpiry <= deadline { return .none }
            nextExpiry = deadline
            return .expire(at: deadline)
        }
        put(request, slot: slot)
        guard !slots[slot].isWoken else { return .none }
        slots[slot].isWoken = true
        return .wake(connection)
    }

    private func leastLoadedSlot() -> Int? {
        func load(_ slot: Int) -> Int { slots[slot].connection == nil ? .max : slots[slot].load }
        return slots.indices.min { load($0) < load($1) }
    }

    private mutating func put(_ request: Request, slot: Int) {
        slots[slot].inbox.append(request)
        slots[slot].load += request.statementCount
    }
}

internal import DequeModule
internal import NIOCore

/// The commands of one connection and the order of their answers: a pure state machine, told of events and asked what
/// to do. RESP numbers nothing, so the n-th answer belongs to the n-th command that was written.
struct CommandQueue<Caller> {
    /// Who is to be told what when a connection ends.
    typealias Failure = (caller: Caller, error: RedisError)

    /// What the check of the oldest command's deadline found.
    enum Deadline: Equatable {
        /// Nothing waits; the next ``takeUnwritten(now:)`` asks for a new check.
        case none
        /// Look again then.
        case checkAgain(NIODeadline)
        /// The server is dead.
        case passed
    }

    private enum Phase {
        case open
        case draining
        case closed(RedisError)
    }

    /// A command on its way out.
    struct Unwritten {
        let caller: Caller
        let bytes: [UInt8]
        /// How long the caller waits once it is written; nil for as long as the server may take.
        let patience: TimeAmount?
    }

    private struct Written {
        let caller: Caller
        let deadline: NIODeadline
    }

    private let capacity: Int
    private let timeout: TimeAmount
    private var phase = Phase.open
    private var unwritten: [Unwritten] = []
    private var written: Deque<Written> = []
    private var isDeadlineWatched = false

    init(capacity: Int, timeout: TimeAmount) {
        self.capacity = capacity
        self.timeout = timeout
    }

    var isOpen: Bool {
        if case .open = phase { true } else { false }
    }

    /// Whether everything that was taken in before ``drain()`` has been answered.
    var isDrained: Bool {
        if case .draining = phase { unwritten.isEmpty && written.isEmpty } else { false }
    }

    /// Why the connection ended.
    var closeReason: RedisError? {
        if case .closed(let error) = phase { error } else { nil }
    }

    /// Takes a command in.
    ///
    /// - Returns: whether a flush must be scheduled. Commands that come before it runs go with it.
    mutating func submit(
        _ bytes: [UInt8], for caller: Caller, patience: TimeAmount? = nil
    ) throws(RedisError) -> Bool {
        switch phase {
        case .open: break
        case .draining: throw .shutDown
        case .closed(let error): throw error
        }
        guard unwritten.count + written.count < capacity else {
            throw RedisError(
                .queueFull, "\(capacity) commands wait for their answers already. Try again later, or send fewer.")
        }
        unwritten.append(Unwritten(caller: caller, bytes: bytes, patience: patience))
        return unwritten.count == 1
    }

    /// Hands out what has to be written, in order; from now on its answers are awaited.
    ///
    /// - Returns: the commands, and when to call ``checkDeadline(now:)``, if nobody is about to do so.
    mutating func takeUnwritten(now: NIODeadline) -> (commands: [Unwritten], check: NIODeadline?) {
        guard !unwritten.isEmpty else { return ([], nil) }
        let deadline = now + timeout
        let commands = unwritten
        for command in commands {
            written.append(Written(caller: command.caller, deadline: deadline))
        }
        unwritten = []
        unwritten.reserveCapacity(commands.count)
        defer { isDeadlineWatched = true }
        return (commands, isDeadlineWatched ? nil : deadline)
    }

    /// The callers of the oldest `count` written commands, which have been answered; nil when fewer were written.
    mutating func answer(_ count: Int) -> [Caller]? {
        guard count <= written.count else { return nil }
        let callers = written.prefix(count).map(\.caller)
        written.removeFirst(count)
        return callers
    }

    mutating func checkDeadline(now: NIODeadline) -> Deadline {
        guard let oldest = written.first else {
            isDeadlineWatched = false
            return .none
        }
        return oldest.deadline <= now ? .passed : .checkAgain(oldest.deadline)
    }

    /// Takes no more commands in; those that are here are still answered.
    mutating func drain() {
        if case .open = phase { phase = .draining }
    }

    /// Ends the connection, once. Each caller learns whether its command may have taken effect.
    mutating func close(_ error: RedisError) -> [Failure] {
        if case .closed = phase { return [] }
        phase = .closed(error)
        defer {
            written = []
            unwritten = []
        }
        return written.map { ($0.caller, error.with(outcomeIsUnknown: true)) } + unwritten.map { ($0.caller, error) }
    }
}

extension CommandQueue.Unwritten: Sendable where Caller: Sendable {}

internal import Synchronization

/// An inbox that ends with the process: for tests, and for a notifier without a database.
public final class InMemoryInbox: Inbox {
    private enum Entry {
        case claimed(by: String, until: ContinuousClock.Instant)
        case remembered(at: ContinuousClock.Instant)

        var lastUse: ContinuousClock.Instant {
            switch self {
            case .claimed(_, let until): until
            case .remembered(let time): time
            }
        }
    }

    private let entries = Mutex<[EventKey: Entry]>([:])
    private let clock = ContinuousClock()

    /// Makes an empty inbox.
    public init() {}

    public func claim(_ events: [EventKey], by member: String, for lease: Duration) async -> [InboxClaim] {
        let now = clock.now
        return entries.withLock { entries in
            events.map { event in
                switch entries[event] {
                case .remembered: return .remembered
                case .claimed(let holder, let until) where holder != member && until > now: return .heldByAnother
                case .claimed, nil:
                    entries[event] = .claimed(by: member, until: now + lease)
                    return .granted
                }
            }
        }
    }

    public func remember(_ events: [EventKey]) async {
        let now = clock.now
        entries.withLock { entries in
            for event in events { entries[event] = .remembered(at: now) }
        }
    }

    public func release(_ event: EventKey, by member: String) async {
        let now = clock.now
        entries.withLock { entries in
            if case .claimed(member, _) = entries[event] { entries[event] = .claimed(by: member, until: now) }
        }
    }

    public func releaseAll(by member: String) async {
        let now = clock.now
        entries.withLock { entries in
            for case (let event, .claimed(member, _)) in entries { entries[event] = .claimed(by: member, until: now) }
        }
    }

    public func prune(olderThan age: Duration) async {
        let oldest = clock.now - age
        entries.withLock { $0 = $0.filter { $0.value.lastUse >= oldest } }
    }
}

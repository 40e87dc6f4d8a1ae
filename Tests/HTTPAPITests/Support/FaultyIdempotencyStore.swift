import Booking
import Inventory
import Synchronization

/// A store that fails and waits when a test wants it to, as one in a database does.
final class FaultyIdempotencyStore: IdempotencyStore {
    enum Call: Hashable {
        case claim, takeOver, keep
    }

    private struct State {
        var failing: Set<Call> = []
        var isPaused = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let store: any IdempotencyStore
    private let state = Mutex(State())

    init(_ store: any IdempotencyStore) {
        self.store = store
    }

    /// Makes these calls fail, and no others.
    func fail(_ calls: Call...) {
        state.withLock { $0.failing = Set(calls) }
    }

    /// Lets claims wait until `resume`.
    func pause() {
        state.withLock { $0.isPaused = true }
    }

    func resume() {
        let waiting = state.withLock { state in
            state.isPaused = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Returns when a claim waits.
    func untilPaused() async {
        await withCheckedContinuation { continuation in
            let isPaused = state.withLock { state in
                if state.waiting.isEmpty { state.watchers.append(continuation) }
                return !state.waiting.isEmpty
            }
            if isPaused { continuation.resume() }
        }
    }

    func claim(_ claim: IdempotencyClaim) async throws(LedgerError) -> IdempotencyClaim {
        await waitWhilePaused()
        if Task.isCancelled { throw LedgerError(.unavailable, "The claim was cancelled") }
        try failIfWanted(.claim)
        return try await store.claim(claim)
    }

    func takeOver(_ claim: IdempotencyClaim, by run: UniqueID) async throws(LedgerError) -> Bool {
        try failIfWanted(.takeOver)
        return try await store.takeOver(claim, by: run)
    }

    func keep(_ answer: KeptAnswer, for key: IdempotencyKey, by run: UniqueID) async throws(LedgerError) {
        try failIfWanted(.keep)
        try await store.keep(answer, for: key, by: run)
    }

    func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        try await store.prune(before: time, limit: limit)
    }

    private func failIfWanted(_ call: Call) throws(LedgerError) {
        guard state.withLock({ $0.failing.contains(call) }) else { return }
        throw LedgerError(.unavailable, "The store is away")
    }

    private func waitWhilePaused() async {
        await withCheckedContinuation { continuation in
            let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                guard state.isPaused else { return nil }
                state.waiting.append(continuation)
                defer { state.watchers = [] }
                return state.watchers
            }
            guard let watchers else { return continuation.resume() }
            for watcher in watchers { watcher.resume() }
        }
    }
}

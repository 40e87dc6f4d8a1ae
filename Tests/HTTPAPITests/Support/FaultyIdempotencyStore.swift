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
        var isPausing = false
        var waiting: CheckedContinuation<Void, Never>?
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

    /// Lets the next claim wait until `resume`.
    func pause() {
        state.withLock { $0.isPausing = true }
    }

    func resume() {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns when the claim waits.
    func untilPaused() async {
        await withCheckedContinuation { continuation in
            let isPaused = state.withLock { state in
                if state.waiting == nil { state.watchers.append(continuation) }
                return state.waiting != nil
            }
            if isPaused { continuation.resume() }
        }
    }

    func claim(_ claim: IdempotencyClaim) async throws(LedgerError) -> IdempotencyClaim {
        await waitIfWanted()
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

    private func waitIfWanted() async {
        await withCheckedContinuation { continuation in
            let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                guard state.isPausing else { return nil }
                state.isPausing = false
                state.waiting = continuation
                defer { state.watchers = [] }
                return state.watchers
            }
            guard let watchers else { return continuation.resume() }
            for watcher in watchers { watcher.resume() }
        }
    }
}

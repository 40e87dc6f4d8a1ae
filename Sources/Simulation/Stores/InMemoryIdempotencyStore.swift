public import Booking
public import Inventory
import Synchronization

/// Idempotency keys in memory.
public final class InMemoryIdempotencyStore: IdempotencyStore {
    private let claims = Mutex<[IdempotencyKey: IdempotencyClaim]>([:])

    /// Makes an empty store.
    public init() {}

    public func claim(_ claim: IdempotencyClaim) async throws(LedgerError) -> IdempotencyClaim {
        claims.withLock { claims in
            let holder = claims[claim.key] ?? claim
            claims[claim.key] = holder
            return holder
        }
    }

    public func takeOver(_ claim: IdempotencyClaim, by run: UniqueID) async throws(LedgerError) -> Bool {
        claims.withLock { claims in
            guard let holder = claims[claim.key], holder.run == claim.run, holder.answer == nil else { return false }
            claims[claim.key] = IdempotencyClaim(
                key: holder.key, fingerprint: holder.fingerprint, resource: holder.resource, run: run,
                createdAt: holder.createdAt)
            return true
        }
    }

    public func keep(_ answer: KeptAnswer, for key: IdempotencyKey, by run: UniqueID) async throws(LedgerError) {
        claims.withLock { claims in
            guard let holder = claims[key], holder.run == run, holder.answer == nil else { return }
            claims[key] = IdempotencyClaim(
                key: key, fingerprint: holder.fingerprint, resource: holder.resource, run: run,
                createdAt: holder.createdAt, answer: answer)
        }
    }

    public func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        claims.withLock { claims in
            let old = claims.values.filter { $0.createdAt < time }.sorted { $0.createdAt < $1.createdAt }
            for claim in old.prefix(limit) { claims[claim.key] = nil }
            return min(old.count, limit)
        }
    }
}

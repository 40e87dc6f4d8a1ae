public import Booking
public import Inventory
import Synchronization

/// A hold store in memory, fenced as Redis is.
public final class InMemoryHoldStore: HoldStore {
    /// A write that took effect.
    public struct Write: Sendable {
        /// The hold that was written or removed.
        public let hold: HoldID
        /// The epoch that its writer showed.
        public let epoch: Int64
        /// The highest epoch that had been shown for the offering.
        public let newestEpoch: Int64
    }

    fileprivate struct State {
        var epochs: [UniqueID: Int64] = [:]
        var holds: [HoldID: StoredHold] = [:]
        var removed: Set<HoldID> = []
        var incarnation = 0
        var history: [Write] = []
        var outage: HoldStoreError?
    }

    private let state = Mutex(State())
    private let clock: any BookingClock
    private let isFenced: Bool
    private let keepsRemoved: Bool

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - isFenced: Whether it refuses old epochs, as it should.
    ///   - keepsRemoved: Whether what was removed stays so when a write comes late, as it should.
    public init(clock: any BookingClock, isFenced: Bool = true, keepsRemoved: Bool = true) {
        self.clock = clock
        self.isFenced = isFenced
        self.keepsRemoved = keepsRemoved
    }

    /// Every write that took effect, in order.
    public var history: [Write] { state.withLock { $0.history } }

    /// Makes every call fail with `error` until it is nil again.
    public func setOutage(_ error: HoldStoreError?) async {
        state.withLock { $0.outage = error }
    }

    /// Loses everything, as a store does that keeps nothing on disk.
    public func flush() {
        state.withLock { state in
            state.holds = [:]
            state.removed = []
            state.epochs = [:]
            state.incarnation += 1
        }
    }

    public func open(_ offering: UniqueID, epoch: Int64) async throws(HoldStoreError) -> [StoredHold] {
        let now = clock.timestamp
        return try passing(offering, epoch) { state in
            state.holds.values.filter { $0.id.offering == offering && $0.expiresAt > now }
                .sorted { ($0.expiresAt, $0.id.own) < ($1.expiresAt, $1.id.own) }
        }
    }

    public func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) async throws(HoldStoreError) {
        try passing(offering, epoch) { state in
            for hold in holds { state.put(hold, epoch, keepsRemoved: keepsRemoved) }
        }
    }

    public func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) async throws(HoldStoreError) {
        try passing(hold.offering, epoch) { state in
            state.holds[hold] = nil
            state.removed.insert(hold)
            state.note(hold, epoch)
        }
    }

    public func incarnation() async throws(HoldStoreError) -> String {
        let (incarnation, outage) = state.withLock { ($0.incarnation, $0.outage) }
        if let outage { throw outage }
        return "\(incarnation)"
    }

    private func passing<Value>(
        _ offering: UniqueID, _ epoch: Int64, _ body: (inout State) -> Value
    ) throws(HoldStoreError) -> Value {
        let outcome: Result<Value, HoldStoreError> = state.withLock { state in
            if let outage = state.outage { return .failure(outage) }
            let newest = state.epochs[offering, default: 0]
            guard epoch >= newest || !isFenced else {
                return .failure(HoldStoreError(.fenced, "Another node has opened the offering"))
            }
            state.epochs[offering] = max(epoch, newest)
            return .success(body(&state))
        }
        return try outcome.get()
    }
}

extension InMemoryHoldStore.State {
    fileprivate mutating func put(_ hold: StoredHold, _ epoch: Int64, keepsRemoved: Bool) {
        let isOutdated = holds[hold.id].map { $0.expiresAt > hold.expiresAt } ?? false
        guard !isOutdated, !keepsRemoved || !removed.contains(hold.id) else { return }
        holds[hold.id] = hold
        note(hold.id, epoch)
    }

    fileprivate mutating func note(_ hold: HoldID, _ epoch: Int64) {
        history.append(
            InMemoryHoldStore.Write(hold: hold, epoch: epoch, newestEpoch: epochs[hold.offering, default: 0]))
    }
}

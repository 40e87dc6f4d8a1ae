import Booking
import Inventory
import Simulation

/// A hold store that does something of the test's before or after it writes holds, or that stalls.
actor InterruptedHoldStore: HoldStore {
    private let store: InMemoryHoldStore
    private var interruption: (@Sendable () async -> Void)?
    private var afterthought: (@Sendable () async -> Void)?
    private var isStalled = false
    private var late: [(holds: [StoredHold], offering: UniqueID, epoch: Int64)] = []

    init(_ store: InMemoryHoldStore) {
        self.store = store
    }

    func beforeNextPut(_ interruption: @escaping @Sendable () async -> Void) {
        self.interruption = interruption
    }

    func afterNextPut(_ afterthought: @escaping @Sendable () async -> Void) {
        self.afterthought = afterthought
    }

    /// Says that it is away, and keeps what is written from now on.
    func stall() {
        isStalled = true
    }

    /// Writes what was kept.
    func goOn() async throws {
        isStalled = false
        for write in late { try await store.put(write.holds, on: write.offering, epoch: write.epoch) }
        late = []
    }

    func open(_ offering: UniqueID, epoch: Int64) async throws(HoldStoreError) -> [StoredHold] {
        try await store.open(offering, epoch: epoch)
    }

    func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) async throws(HoldStoreError) {
        if isStalled {
            late.append((holds, offering, epoch))
            throw HoldStoreError(.unavailable, "away")
        }
        let interruption = interruption
        self.interruption = nil
        await interruption?()
        try await store.put(holds, on: offering, epoch: epoch)
        let afterthought = afterthought
        self.afterthought = nil
        await afterthought?()
    }

    func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) async throws(HoldStoreError) {
        try await store.remove(hold, deadline: deadline, epoch: epoch)
    }

    func incarnation() async throws(HoldStoreError) -> String {
        try await store.incarnation()
    }
}

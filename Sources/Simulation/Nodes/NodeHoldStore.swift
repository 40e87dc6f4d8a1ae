import Booking
import Inventory

/// The hold store as one node reaches it: over one connection, so that its calls take effect in the order of their coming.
struct NodeHoldStore: HoldStore {
    let wire: NodeWire

    private var world: World { wire.world }

    private static let away = HoldStoreError(.unavailable, "The hold store is away")

    func open(_ offering: UniqueID, epoch: Int64) async throws(HoldStoreError) -> [StoredHold] {
        do {
            return try await calling { () async throws(HoldStoreError) in
                let holds = try await world.holdStore.open(offering, epoch: epoch)
                world.judge { $0.opened(offering, epoch: epoch) }
                return holds
            }
        } catch {
            if error.code == .unavailable && !wire.isCut {
                world.judge { $0.openedWithoutHolds(offering, epoch: epoch) }
            }
            throw error
        }
    }

    func put(_ hold: StoredHold, epoch: Int64) async throws(HoldStoreError) {
        try await calling { () async throws(HoldStoreError) in
            let isForgotten = world.plant == .forgottenHold && world.nextCall() % 3 == 0
            if !isForgotten { try await world.holdStore.put(hold, epoch: epoch) }
            world.judge { $0.backed(hold.id, until: hold.expiresAt) }
        }
    }

    func remove(_ hold: HoldID, epoch: Int64) async throws(HoldStoreError) {
        try await calling { () async throws(HoldStoreError) in
            try await world.holdStore.remove(hold, epoch: epoch)
        }
    }

    private func calling<Value>(
        _ effect: () async throws(HoldStoreError) -> Value
    ) async throws(HoldStoreError) -> Value {
        guard !wire.isCut else { throw Self.away }
        let fault = world.fault(at: .holdStore)
        guard fault != .holdStoreUnavailable else { throw Self.away }
        let value = try await effect()
        if fault == .holdStoreSlow { await wire.pause([1, 50, 1_000, 40_000]) } else { await Task.yield() }
        guard !wire.isCut, fault != .holdStoreAnswerLost else { throw Self.away }
        return value
    }
}

import Booking
import Inventory
import Randomness

/// The hold store as one node reaches it. A write may take effect after others that were made later, as it can when a
/// connection breaks.
struct NodeHoldStore: HoldStore {
    let wire: NodeWire

    private var world: World { wire.world }

    private static let delays = [1, 50, 1_000, 40_000]
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

    func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) async throws(HoldStoreError) {
        try await calling(mayComeLate: true) { () async throws(HoldStoreError) in
            let isForgotten = world.plant == .forgottenHold && world.nextCall() % 3 == 0
            if !isForgotten { try await world.holdStore.put(holds, on: offering, epoch: epoch) }
            world.judge { for hold in holds { $0.backed(hold.id, until: hold.expiresAt) } }
        }
    }

    func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) async throws(HoldStoreError) {
        try await calling { () async throws(HoldStoreError) in
            try await world.holdStore.remove(hold, deadline: deadline, epoch: epoch)
            world.judge { $0.removedFromStore(hold) }
        }
    }

    func incarnation() async throws(HoldStoreError) -> String {
        guard !wire.isCut else { throw Self.away }
        return try await world.holdStore.incarnation()
    }

    /// - Parameter mayComeLate: Whether the effect may come when its caller has long given up.
    private func calling<Value: Sendable>(
        mayComeLate: Bool = false, _ effect: @escaping @Sendable () async throws(HoldStoreError) -> Value
    ) async throws(HoldStoreError) -> Value {
        guard !wire.isCut else { throw Self.away }
        let fault = world.fault(at: .holdStore)
        guard fault != .holdStoreUnavailable else { throw Self.away }
        if fault == .holdStoreEffectLate {
            if mayComeLate { deliverLate(effect) }
            throw Self.away
        }
        let value = try await effect()
        if fault == .holdStoreSlow { await wire.pause(Self.delays) } else { await Task.yield() }
        guard !wire.isCut, fault != .holdStoreAnswerLost else { throw Self.away }
        return value
    }

    private func deliverLate<Value: Sendable>(
        _ effect: @escaping @Sendable () async throws(HoldStoreError) -> Value
    ) {
        let (world, delay) = (world, world.draw { $0.pick(Self.delays) })
        world.spawn {
            try? await world.clock.sleep(until: world.clock.now + .milliseconds(delay))
            world.note("late write to the hold store")
            _ = try? await effect()
        }
    }
}

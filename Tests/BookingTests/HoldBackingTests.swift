import Inventory
import Simulation
import Testing

@testable import Booking

@Suite(.timeLimit(.minutes(1))) struct HoldBackingTests {
    private static let away = HoldStoreError(.unavailable, "away")

    /// Has the store looked at before and after `body`.
    private func backing(_ engine: Engine, _ body: () async throws -> Void) async throws {
        var sight = HoldBacking.Sight()
        await engine.backing.look(&sight)
        try await body()
        await engine.backing.look(&sight)
    }

    private func next(after engine: Engine) async throws -> Engine {
        try await Engine(clock: engine.clock, ledger: engine.ledger, holdStore: engine.holdStore)
    }

    @Test func `holds from an outage of the store are written when it is back, with the time they have left`()
        async throws
    {
        let engine = try await Engine()
        let before = try await engine.hold("STALLS-1-1")
        try await backing(engine) {
            await engine.holdStore.setOutage(Self.away)
            engine.clock.advance(by: .seconds(100))
            _ = try await engine.service.extend(before.id, of: Engine.alice.id)
            let during = try await engine.hold("STALLS-1-2")
            let ended = try await engine.hold("STALLS-1-3")
            #expect(engine.directory.unbackedHolds == 3)
            try await engine.service.release(ended.id, of: Engine.alice.id)
            #expect(engine.directory.unbackedHolds == 2)
            await engine.holdStore.setOutage(nil)
            #expect(try await engine.service.hold(during.id, of: Engine.alice.id).remaining == .seconds(600))
        }
        #expect(engine.directory.unbackedHolds == 0)

        let second = try await next(after: engine)
        #expect(try await second.counts("STALLS") == [8, 2, 0])
        #expect(try await second.service.hold(before.id, of: Engine.alice.id).remaining == .seconds(600))
    }

    @Test func `a hold that was released while the store was away does not come back`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        try await backing(engine) {
            await engine.holdStore.setOutage(Self.away)
            try await engine.service.release(hold.id, of: Engine.alice.id)
            await engine.holdStore.setOutage(nil)
        }
        #expect(try await next(after: engine).counts("STALLS") == [10, 0, 0])
    }

    @Test func `all live holds are written again after the store has lost its data`() async throws {
        let engine = try await Engine()
        let (hold, paying, over) = (
            try await engine.hold("STALLS-1-1"), try await engine.hold("STALLS-1-2"),
            try await engine.hold("STALLS-1-3")
        )
        _ = try await engine.service.book(paying.id, for: Engine.alice, paymentToken: "tok_visa")
        try await backing(engine) {
            try await engine.service.release(over.id, of: Engine.alice.id)
            engine.holdStore.flush()
        }
        let stored = try await engine.holdStore.open(Engine.offering.id, epoch: 1)
        #expect(Set(stored.map(\.id)) == [hold.id, paying.id])
    }

    @Test func `a loss that comes while holds are written again is made good too`() async throws {
        let clock = ManualClock()
        let store = InMemoryHoldStore(clock: clock)
        let front = InterruptedHoldStore(store)
        let engine = try await Engine(clock: clock, holdStore: store, behind: front)
        let hold = try await engine.hold("STALLS-1-1")
        var sight = HoldBacking.Sight()
        await engine.backing.look(&sight)
        store.flush()
        await front.beforeNextPut { store.flush() }
        await engine.backing.look(&sight)
        await engine.backing.look(&sight)
        #expect(try await store.open(Engine.offering.id, epoch: 1).map(\.id) == [hold.id])
    }

    @Test func `an inventory without a hold has its fence set again`() async throws {
        let engine = try await Engine()
        #expect(try await engine.counts("STALLS") == [10, 0, 0])
        try await backing(engine) { engine.holdStore.flush() }
        await #expect(throws: HoldStoreError.self) {
            try await engine.holdStore.put([], on: Engine.offering.id, epoch: 0)
        }
    }

    @Test func `an inventory that began without the store has its fence set as soon as that is back`() async throws {
        let engine = try await Engine()
        await engine.holdStore.setOutage(Self.away)
        #expect(try await engine.counts("STALLS") == [10, 0, 0])
        try await backing(engine) { await engine.holdStore.setOutage(nil) }
        await #expect(throws: HoldStoreError.self) {
            try await engine.holdStore.put([], on: Engine.offering.id, epoch: 0)
        }
    }

    @Test func `a hold that was released is not there when its write comes late`() async throws {
        let clock = ManualClock()
        let store = InMemoryHoldStore(clock: clock)
        let front = InterruptedHoldStore(store)
        let engine = try await Engine(clock: clock, holdStore: store, behind: front)
        _ = try await engine.counts("STALLS")
        await front.stall()
        let hold = try await engine.hold("STALLS-1-1")
        #expect(engine.directory.unbackedHolds == 1)
        try await engine.service.release(hold.id, of: Engine.alice.id)
        #expect(engine.directory.unbackedHolds == 0)
        try await front.goOn()
        #expect(try await store.open(Engine.offering.id, epoch: 1) == [])
    }

    @Test func `a write that the store lost before its answer came is made again`() async throws {
        let clock = ManualClock()
        let store = InMemoryHoldStore(clock: clock)
        let front = InterruptedHoldStore(store)
        let engine = try await Engine(clock: clock, holdStore: store, behind: front)
        _ = try await engine.counts("STALLS")
        await front.afterNextPut {
            store.flush()
            _ = await engine.directory.withActiveInventory(of: Engine.offering.id) { await $0.loseBacking() }
        }
        let hold = try await engine.hold("STALLS-1-1")
        #expect(engine.directory.unbackedHolds == 1)
        try await backing(engine) {}
        #expect(try await store.open(Engine.offering.id, epoch: 1).map(\.id) == [hold.id])
    }

    @Test func `an inventory that is let go acknowledges no hold any more, and leaves none behind`() async throws {
        let clock = ManualClock()
        let store = InMemoryHoldStore(clock: clock)
        let front = InterruptedHoldStore(store)
        let engine = try await Engine(clock: clock, holdStore: store, behind: front)
        _ = try await engine.counts("STALLS")
        await front.afterNextPut {
            _ = await engine.directory.withActiveInventory(of: Engine.offering.id) { await engine.directory.drop($0) }
        }
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.hold(
                    on: Engine.offering.id, for: Engine.alice, HoldRequest(seats: ["STALLS-1-1"]))
            } == .notOwner)
        #expect(try await engine.counts("STALLS") == [10, 0, 0])
    }

    @Test func `a node that lost its shard lets the inventory go instead of writing`() async throws {
        let first = try await Engine()
        _ = try await first.hold("STALLS-1-1")
        let second = try await next(after: first)
        #expect(try await second.counts("STALLS") == [9, 1, 0])
        // What it would have to write has become old with the new owner's fence.
        try await backing(first) {
            await first.holdStore.setOutage(Self.away)
            _ = try await first.hold("STALLS-1-2")
            await first.holdStore.setOutage(nil)
        }
        #expect(first.directory.activeCount == 0)
        #expect(first.directory.unbackedHolds == 0)
    }

    @Test func `a wall clock that went back over a restart gives no hold more time than a new one has`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let yesterday = ManualClock(start: engine.clock.timestamp + .seconds(-86_000))
        let second = try await Engine(clock: yesterday, ledger: engine.ledger, holdStore: engine.holdStore)
        let restored = try await second.service.hold(hold.id, of: Engine.alice.id)
        #expect(restored.remaining == Engine.offering.holdTTL)
    }
}

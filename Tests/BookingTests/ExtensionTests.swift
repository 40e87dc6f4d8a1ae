import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExtensionTests {
    @Test func `an extension outlives a crash, and goes no further for it`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1")
        first.clock.advance(by: .seconds(500))
        #expect(try await first.service.extend(hold.id, of: Engine.alice.id).remaining == .seconds(600))
        first.clock.advance(by: .seconds(500))

        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        #expect(try await second.service.hold(hold.id, of: Engine.alice.id).remaining == .seconds(100))
        #expect(try await second.service.extend(hold.id, of: Engine.alice.id).remaining == .seconds(600))
        second.clock.advance(by: .seconds(500))
        #expect(try await second.service.extend(hold.id, of: Engine.alice.id).remaining == .seconds(300))
        #expect(
            await refusal { () async throws(BookingError) in
                try await second.service.extend(hold.id, of: Engine.alice.id)
            } == .holdNotExtensible)
        #expect(
            await refusal { () async throws(BookingError) in
                try await first.service.extend(hold.id, of: Engine.alice.id)
            } == .holdExpired)
    }

    @Test func `a node that has lost its shards extends no hold`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1")
        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        #expect(try await second.counts("STALLS") == [9, 1, 0])
        first.clock.advance(by: .seconds(1))
        #expect(
            await refusal { () async throws(BookingError) in
                try await first.service.extend(hold.id, of: Engine.alice.id)
            } == .notOwner)
        #expect(try await second.service.hold(hold.id, of: Engine.alice.id).remaining == .seconds(599))
    }

    @Test func `a hold is extended while the hold store is away`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        await engine.holdStore.setOutage(HoldStoreError(.unavailable, "away"))
        engine.clock.advance(by: .seconds(1))
        #expect(try await engine.service.extend(hold.id, of: Engine.alice.id).remaining == .seconds(600))
    }

    @Test func `a hold that is let go while its extension is written is not remembered`() async throws {
        let clock = ManualClock()
        let store = InMemoryHoldStore(clock: clock)
        let front = InterruptedHoldStore(store)
        let engine = try await Engine(clock: clock, holdStore: store, behind: front)
        let hold = try await engine.hold("STALLS-1-1")
        clock.advance(by: .seconds(1))
        await front.beforeNextPut { try? await engine.service.release(hold.id, of: Engine.alice.id) }
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.extend(hold.id, of: Engine.alice.id)
            } == .holdReleased)
        #expect(try await store.open(Engine.offering.id, epoch: 1) == [])
    }
}

import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct BlockTests {
    @Test func `blocked places are sold to nobody until they are put back, also by the next node`() async throws {
        let first = try await Engine()
        let block = try await first.block("STALLS-1-1", "STALLS-1-2", floor: 3)
        #expect(block.claims.map(\.quantity) == [1, 1, 3])
        #expect(await first.refusalOfHold("STALLS-1-1") == .seatsUnavailable)
        #expect(try await first.counts("FLOOR") == [1, 0, 0])

        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        #expect(await second.refusalOfHold("STALLS-1-2") == .seatsUnavailable)
        #expect(try await second.offerings.blocks(of: Engine.offering.id) == [block])
        try await second.offerings.unblock(
            block.id, of: Engine.offering.id, by: Engine.offering.organizer)
        _ = try await second.hold("STALLS-1-1", "STALLS-1-2", floor: 4)
        let refusal = await refusal { () async throws(BookingError) in
            try await second.offerings.unblock(
                block.id, of: Engine.offering.id, by: Engine.offering.organizer)
        }
        #expect(refusal == .blockNotFound)
    }

    @Test func `a block is all or nothing, and says what is in the way`() async throws {
        let engine = try await Engine()
        _ = try await engine.hold("STALLS-1-2")
        do {
            _ = try await engine.block("STALLS-1-1", "STALLS-1-2")
            Issue.record("one of the seats is held")
        } catch {
            #expect(error.code == .seatsUnavailable)
            #expect(error.unavailable.map(\.unit) == ["STALLS-1-2"])
        }
        #expect(try await engine.counts("STALLS") == [9, 1, 0])
        #expect(engine.ledger.record.blocks.isEmpty)
        #expect(await refusal { () async throws(BookingError) in try await engine.block() } == .emptyBlock)
    }

    @Test func `a block in doubt keeps its places until the ledger has said what became of it`() async throws {
        let engine = try await Engine()
        _ = try await engine.counts("STALLS")
        await engine.ledger.setOutage(LedgerError(.unavailable, "away"))
        let refusal = await refusal { () async throws(BookingError) in try await engine.block("STALLS-1-1") }
        #expect(refusal == .ledgerUnavailable)
        #expect(await engine.refusalOfHold("STALLS-1-1") == .seatsUnavailable)
        await engine.ledger.setOutage(nil)
        try await engine.working {
            while await engine.refusalOfHold("STALLS-1-1") != nil {
                try Task.checkCancellation()
                await engine.clock.untilSomebodySleeps(within: .seconds(60))
                engine.clock.advance(by: .seconds(1))
                for _ in 0..<100 { await Task.yield() }
            }
        }
    }
}

extension Engine {
    func block(_ seats: String..., floor: Int = 0) async throws(BookingError) -> Block {
        let places = HoldRequest(seats: seats, general: floor == 0 ? [] : [.init(section: "FLOOR", quantity: floor)])
        return try await offerings.block(
            places, of: Self.offering.id, reason: "Sound desk", by: UniqueID(high: 9, low: 9))
    }
}

import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct HoldingTests {
    @Test func `a hold tells what it has, what it costs and until when`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1", floor: 2)

        #expect(hold.claims.map(\.unit) == ["STALLS-1-1", "FLOOR"])
        #expect(hold.totalMinor == 8_500 + 2 * 4_500)
        #expect(hold.remaining == .seconds(600))
        #expect(hold.expiresAt == engine.clock.timestamp + .seconds(600))
        engine.clock.advance(by: .seconds(1))
        #expect(try await engine.service.hold(hold.id, of: Engine.alice.id).remaining == .seconds(599))
    }

    @Test func `a conflict names the seat and when its hold ends`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        do {
            _ = try await engine.hold("STALLS-1-1", "STALLS-1-2", by: Engine.bob)
            Issue.record("a held seat was held again")
        } catch {
            #expect(error.code == .seatsUnavailable)
            #expect(
                error.unavailable == [
                    .init(unit: "STALLS-1-1", status: .held, heldUntil: hold.expiresAt, available: nil)
                ])
        }
        #expect(try await engine.counts("STALLS") == [9, 1, 0])
    }

    @Test func `what cannot be asked for is refused by its own code`() async throws {
        let engine = try await Engine()
        #expect(await refusal { () async throws(BookingError) in try await engine.hold() } == .emptyHold)
        #expect(await refusal { () async throws(BookingError) in try await engine.hold("STALLS-9-9") } == .unknownUnit)
        #expect(await refusal { () async throws(BookingError) in try await engine.hold("FLOOR") } == .unknownUnit)
        #expect(
            await refusal { () async throws(BookingError) in try await engine.hold("STALLS-1-1", "STALLS-1-1") }
                == .duplicateUnit)
        #expect(await refusal { () async throws(BookingError) in try await engine.hold(floor: -1) } == .invalidQuantity)
        #expect(await refusal { () async throws(BookingError) in try await engine.hold(floor: 5) } == .invalidQuantity)
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.availability(of: UniqueID(high: 0, low: 0))
            } == .eventNotFound)
        #expect(try await engine.counts("STALLS") == [10, 0, 0])
        #expect(try await engine.counts("FLOOR") == [4, 0, 0])
    }

    @Test func `a hold ends at its deadline by itself`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        await engine.clock.untilSomebodySleeps(within: .seconds(600))
        engine.clock.advance(by: .seconds(600))

        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.hold(hold.id, of: Engine.alice.id)
            } == .holdExpired)
        #expect(try await engine.counts("STALLS") == [10, 0, 0])
    }

    @Test func `only its holder can see, release or book a hold`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let bob = Engine.bob
        #expect(
            await refusal { () async throws(BookingError) in try await engine.service.hold(hold.id, of: bob.id) }
                == .holdNotFound)
        #expect(
            await refusal { () async throws(BookingError) in try await engine.service.release(hold.id, of: bob.id) }
                == .holdNotFound)
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.book(hold.id, for: bob, paymentToken: "tok_visa")
            } == .holdNotFound)
        try await engine.service.release(hold.id, of: Engine.alice.id)
        #expect(try await engine.counts("STALLS") == [10, 0, 0])
    }

    @Test func `holds outlive a crash with the time that they have left`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1", floor: 1)
        first.clock.advance(by: .seconds(100))

        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)

        #expect(try await second.service.hold(hold.id, of: Engine.alice.id).remaining == .seconds(500))
        #expect(try await second.counts("STALLS") == [9, 1, 0])
        #expect(await refusal { () async throws(BookingError) in try await first.hold("STALLS-1-2") } == .notOwner)
    }

    @Test func `of two remembered holds that want one place the newer one stands`() async throws {
        let first = try await Engine()
        _ = try await first.hold("STALLS-1-1")
        first.clock.advance(by: .seconds(1))
        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        await first.holdStore.setOutage(HoldStoreError(.unavailable, "away"))
        #expect(try await second.counts("STALLS") == [10, 0, 0])
        await first.holdStore.setOutage(nil)
        let newer = try await second.hold("STALLS-1-1", by: Engine.bob)

        let third = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        #expect(try await third.service.hold(newer.id, of: Engine.bob.id).claims == newer.claims)
    }

    @Test func `sales go on while the hold store is away`() async throws {
        let engine = try await Engine()
        await engine.holdStore.setOutage(HoldStoreError(.unavailable, "away"))
        let hold = try await engine.hold("STALLS-1-1")
        #expect(try await engine.service.hold(hold.id, of: Engine.alice.id).claims.count == 1)
    }

    @Test func `of many who want one seat exactly one gets it`() async throws {
        let engine = try await Engine()
        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                let customer = Customer(id: UniqueID(high: 2, low: UInt64(number)), email: "c@example.com")
                group.addTask { (try? await engine.hold("STALLS-2-3", by: customer)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }
}

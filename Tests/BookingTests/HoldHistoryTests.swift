import Inventory
import Logging
import Simulation
import Testing

@testable import Booking

@Suite(.timeLimit(.minutes(1))) struct HoldHistoryTests {
    private let clock = ManualClock()
    private let trail = HoldTrail()
    private let history = InMemoryHoldHistory()

    /// Has the writer work while `body` does, and ends it.
    private func writing(_ body: () async throws -> Void) async throws {
        let writer = HoldHistoryWriter(
            trail: trail, history: history, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let run = Task { try await writer.run() }
        try await body()
        run.cancel()
        _ = await run.result
    }

    /// Lets the writer have its turn.
    private func passTurn() async {
        await clock.untilSomebodySleeps(within: .milliseconds(250))
        clock.advance(by: .milliseconds(250))
        await clock.untilSomebodySleeps(within: .milliseconds(250))
    }

    @Test func `what becomes of a hold is told with its time and whose it was`() async throws {
        let engine = try await Engine(clock: clock, trail: trail)
        let start = clock.timestamp
        let released = try await engine.hold("STALLS-1-1", "STALLS-1-2")
        let expired = try await engine.hold(floor: 2, by: Engine.bob)
        clock.advance(by: .seconds(5))
        try await engine.service.release(released.id, of: Engine.alice.id)
        _ = try? await engine.hold("STALLS-9-9")
        clock.advance(by: .seconds(600))
        _ = try await engine.counts("FLOOR")
        try await writing { await passTurn() }

        func step(_ kind: HoldStep.Kind, _ hold: Hold, _ customer: Customer, after seconds: Int) -> HoldStep {
            HoldStep(
                hold: hold.id, customer: customer.id, units: hold.claims.map(\.unit), kind: kind,
                time: start + .seconds(seconds))
        }
        #expect(
            history.steps == [
                step(.held, released, Engine.alice, after: 0), step(.held, expired, Engine.bob, after: 0),
                step(.released, released, Engine.alice, after: 5), step(.expired, expired, Engine.bob, after: 600),
            ])
    }

    @Test func `of a hold that is bought, the ledger tells the end`() async throws {
        let engine = try await Engine(clock: clock, trail: trail)
        try await engine.working { _ = try await engine.buy("STALLS-1-1") }
        #expect(trail.takeAll().map(\.kind) == [.held])
    }

    @Test func `the holds of a cancelled event are withdrawn`() async throws {
        let engine = try await Engine(clock: clock, trail: trail)
        _ = try await engine.hold("STALLS-1-1")
        try await engine.directory.withInventory(of: Engine.offering.id) { await $0.releaseHolds() }
        #expect(trail.takeAll().map(\.kind) == [.held, .withdrawn])
    }

    @Test func `while the database is away steps wait, in order`() async throws {
        let engine = try await Engine(clock: clock, trail: trail)
        try await writing {
            history.setOutage(LedgerError(.unavailable, "away"))
            _ = try await engine.hold("STALLS-1-1")
            await passTurn()
            _ = try await engine.hold("STALLS-1-2")
            await passTurn()
            #expect(history.steps.isEmpty)
            history.setOutage(nil)
            await passTurn()
            await passTurn()
        }
        #expect(history.steps.map(\.units) == [["STALLS-1-1"], ["STALLS-1-2"]])
    }

    @Test func `when too much waits, what comes last is lost`() async throws {
        let engine = try await Engine(clock: clock, trail: trail)
        _ = try await engine.hold("STALLS-1-1")
        let step = try #require(trail.takeAll().first)
        for _ in 0..<HoldTrail.limit { trail.append(step) }
        _ = try await engine.hold("STALLS-1-2")
        let kept = trail.takeAll()
        #expect(kept.count == HoldTrail.limit)
        #expect(kept.allSatisfy { $0.reservation == step.reservation })
    }
}

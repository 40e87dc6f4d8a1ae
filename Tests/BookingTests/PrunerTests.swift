import Booking
import Inventory
import Logging
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PrunerTests {
    private let clock = ManualClock()
    private let store = InMemoryIdempotencyStore()

    @Test func `keys are remembered for a day, and forgotten within an hour of it, however many there are`() async {
        await enter(0..<2_500)
        clock.advance(by: .seconds(1))
        await enter(2_500..<2_501)
        clock.advance(by: Pruner.idempotencyKeyRetention)
        await enter(2_501..<2_502)

        let pruner = Pruner(
            of: store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let run = Task { try await pruner.run() }
        await clock.untilSomebodySleeps(within: .seconds(3_600))
        #expect(await known(0..<2_502) == 2)

        clock.advance(by: .seconds(3_600))
        await clock.untilSomebodySleeps(within: .seconds(3_600))
        #expect(await known(2_500..<2_502) == 1)
        run.cancel()
        _ = await run.result
    }

    private func claim(_ number: Int) -> IdempotencyClaim {
        let id = UniqueID(high: 1, low: UInt64(number))
        return IdempotencyClaim(
            key: IdempotencyKey(owner: id, word: "key"), fingerprint: "", resource: id, run: id,
            createdAt: clock.timestamp)
    }

    private func enter(_ numbers: Range<Int>) async {
        for number in numbers { _ = try? await store.claim(claim(number)) }
    }

    /// How many of these are remembered; to take over what is not there has no effect.
    private func known(_ numbers: Range<Int>) async -> Int {
        var count = 0
        for number in numbers where (try? await store.takeOver(claim(number), by: claim(number).run)) == true {
            count += 1
        }
        return count
    }
}

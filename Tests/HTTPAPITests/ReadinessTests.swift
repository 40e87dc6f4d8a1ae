import Simulation
import Synchronization
import Testing

@testable import HTTPAPI

@Suite(.timeLimit(.minutes(1))) struct ReadinessTests {
    private let clock = ManualClock()

    @Test func `a storm of probes looks once a second`() async throws {
        let looks = Counted()
        let readiness = Readiness(checks: [ReadinessCheck(name: "store") { looks.count() }], clock: clock)
        await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { _ = await readiness.body() } }
        }
        #expect(looks.value == 1)
        clock.advance(by: .seconds(1))
        #expect(await readiness.body().status == "ready")
        #expect(looks.value == 2)
    }

    @Test func `a check that does not answer keeps nobody waiting, and is not begun again`() async throws {
        let looks = Counted()
        let (begins, begun) = AsyncStream.makeStream(of: Void.self)
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        let slow = ReadinessCheck(name: "slow") {
            _ = looks.count()
            begun.yield()
            return await answers.first { _ in true } ?? false
        }
        let readiness = Readiness(checks: [ReadinessCheck(name: "fast") { true }, slow], clock: clock)
        for _ in 0..<2 {
            async let body = readiness.body()
            await clock.untilSomebodySleeps(within: .seconds(1))
            clock.advance(by: .seconds(1))
            #expect(await body.checks.map(\.state) == [.up, .timedOut])
            #expect(await body.status == "unavailable")
            clock.advance(by: .seconds(1))
        }
        // It has a task of its own, which nobody waits for.
        for await _ in begins { break }
        #expect(looks.value == 1)
        answer.yield(true)
    }

    @Test func `a node that needs nothing is ready`() async {
        #expect(await Readiness(checks: [], clock: clock).body().status == "ready")
    }
}

private final class Counted: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func count() -> Bool {
        number.withLock { $0 += 1 }
        return true
    }
}

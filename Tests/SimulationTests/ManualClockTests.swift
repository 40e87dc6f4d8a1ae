import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManualClockTests {
    @Test func `who waits for a sleeper can be cancelled`() async {
        let clock = ManualClock()
        let waiting = Task { await clock.untilSomebodySleeps(within: .seconds(1)) }
        waiting.cancel()
        await waiting.value
    }

    @Test func `the next deadline is the earliest`() async throws {
        let clock = ManualClock()
        #expect(clock.nextDeadline == nil)
        async let late: Void = clock.sleep(until: Moment(nanoseconds: 9))
        async let early: Void = clock.sleep(until: Moment(nanoseconds: 5))
        await clock.untilSomebodySleeps(within: .nanoseconds(5))
        #expect(clock.nextDeadline == Moment(nanoseconds: 5))
        await clock.untilSomebodySleeps(within: .nanoseconds(9))
        clock.advance(by: .nanoseconds(9))
        try await early
        try await late
    }

    @Test func `a clock that has stopped lets nobody sleep`() async {
        let clock = ManualClock()
        let sleeping = Task { try await clock.sleep(until: Moment(nanoseconds: 5)) }
        await clock.untilSomebodySleeps(within: .nanoseconds(5))
        clock.stop()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
        await #expect(throws: CancellationError.self) { try await clock.sleep(until: Moment(nanoseconds: 5)) }
    }

    @Test func `a ledger that is waited for answers at the deadline though there are no events`() async {
        let clock = ManualClock()
        let ledger = InMemoryLedger(clock: clock)
        async let waiting: Void = ledger.awaitEvents(until: Moment(nanoseconds: 5))
        await clock.untilSomebodySleeps(within: .nanoseconds(5))
        clock.advance(by: .nanoseconds(5))
        await waiting
    }
}

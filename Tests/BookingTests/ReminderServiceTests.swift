import Booking
import Inventory
import Logging
import ServiceLifecycle
import Simulation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReminderServiceTests {
    @Test func `an offering's customers are reminded when it is near, in as many pages as it takes, and not again`()
        async throws
    {
        let clock = ManualClock()
        let offering = Engine.offering(startsAt: clock.timestamp + .seconds(25 * 3_600))
        let book = CountingBook(pages: 3)
        let service = ReminderService(
            calendar: Calendar(offering: offering), book: book,
            epochs: ShardEpochs(Array(repeating: 1, count: Shard.count)), leadTime: .seconds(24 * 3_600), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await service.run() }
        await clock.untilSomebodySleeps(within: .seconds(60))
        #expect(book.calls == 0)
        for _ in 0..<62 {
            clock.advance(by: .seconds(60))
            await clock.untilSomebodySleeps(within: .seconds(60))
        }
        running.cancel()
        try await running.value
        #expect(book.calls == 3)
    }

    private struct Calendar: OfferingCalendar {
        let offering: Offering

        func offerings(startingIn times: Range<Timestamp>) -> [Offering] {
            times.contains(offering.startsAt) ? [offering] : []
        }
    }

    private final class CountingBook: ReminderBook {
        private let count = Mutex(0)
        private let pages: Int

        init(pages: Int) { self.pages = pages }

        var calls: Int { count.withLock { $0 } }

        func remindSome(of offering: Offering, epoch: Int64) async throws(LedgerError) -> Bool {
            count.withLock { count in
                count += 1
                return count < pages
            }
        }
    }
}

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
            calendar: Calendar(all: [offering]), book: book,
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

    @Test func `an offering that always fails does not keep the others from their reminders`() async throws {
        let clock = ManualClock()
        let startsAt = clock.timestamp + .seconds(3_600)
        let (broken, sound) = (Self.offering(1, startsAt), Self.offering(2, startsAt))
        let book = BrokenBook(failing: broken.id)
        let service = ReminderService(
            calendar: Calendar(all: [broken, sound]), book: book,
            epochs: ShardEpochs(Array(repeating: 1, count: Shard.count)), leadTime: .seconds(24 * 3_600), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await service.run() }
        await clock.untilSomebodySleeps(within: .seconds(60))
        clock.advance(by: .seconds(60))
        await clock.untilSomebodySleeps(within: .seconds(60))
        running.cancel()
        try await running.value
        #expect(book.asked == [broken.id, sound.id, broken.id])
    }

    private static func offering(_ number: UInt64, _ startsAt: Timestamp) -> Offering {
        let gala = Engine.offering
        return Offering(
            id: UniqueID(high: number, low: number), organizer: gala.organizer, name: gala.name, venue: gala.venue,
            startsAt: startsAt, currency: gala.currency, holdTTL: gala.holdTTL,
            maxUnitsPerCustomer: gala.maxUnitsPerCustomer, layout: gala.layout)
    }

    private struct Calendar: OfferingCalendar {
        let all: [Offering]

        func offerings(startingIn times: Range<Timestamp>) -> [Offering] {
            all.filter { times.contains($0.startsAt) }
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

    private final class BrokenBook: ReminderBook {
        private let broken: UniqueID
        private let calls = Mutex<[UniqueID]>([])

        init(failing offering: UniqueID) { broken = offering }

        var asked: [UniqueID] { calls.withLock { $0 } }

        func remindSome(of offering: Offering, epoch: Int64) async throws(LedgerError) -> Bool {
            calls.withLock { $0.append(offering.id) }
            guard offering.id != broken else { throw LedgerError(.unavailable, "as the test wants it") }
            return false
        }
    }
}

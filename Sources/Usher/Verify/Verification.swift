import Booking
import BookingStores
import Catalog
import KafkaDriver
import Logging

/// Reads every store, and proves from what they hold which promises were kept.
struct Verification: Sendable {
    let clients: StoreClients
    /// How long a booking may go without a change before it must have ended; nil when bookings may be under way.
    let settledAfter: Int?
    let logger: Logger

    func checks() async throws -> [PromiseCheck] {
        let snapshot = try await LedgerSnapshot(
            clients.postgres,
            checks: [.capacity, .endings(settledAfter: settledAfter), .claims, .totals, .prices])
        // After the snapshot, so that what has left the outbox is in the log.
        let messages = try await clients.kafka.log(of: KafkaEventPublisher.topic)
        let events = EventCheck(
            log: messages.compactMap { message in
                BookingEvent(message).map { EventCheck.Entry(partition: message.partition, event: $0) }
            },
            outbox: snapshot.outbox, sequences: snapshot.sequences, bookings: snapshot.bookings)
        let clock = SystemBookingClock()
        let holds = HoldCheck(
            database: clients.postgres,
            holdStore: RedisHoldStore(client: clients.redis, clock: clock, logger: logger),
            catalog: Catalog(postgres: clients.postgres), clock: clock)
        let checks = snapshot.checks + [try await holds.result(), try await payments(snapshot)] + events.result()
        return checks.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }.map(\.element)
    }

    /// The simulated gateway's book is of the snapshot's moment. Stripe's is read after it: what looks wrong counts when it
    /// looks the same from a snapshot after that.
    private func payments(_ snapshot: LedgerSnapshot) async throws -> PromiseCheck {
        guard let stripe = clients.stripe else { return judge(snapshot, snapshot.simulatedBook) }
        let book = PaymentBook(try await stripe.book())
        let first = judge(snapshot, book)
        guard !first.isKept else { return first }
        let second = judge(try await LedgerSnapshot(clients.postgres, checks: []), book)
        let violations = first.violations.filter(Set(second.violations).contains)
        return PromiseCheck(
            name: first.name, meaning: first.meaning, checked: first.checked, violations: violations)
    }

    private func judge(_ snapshot: LedgerSnapshot, _ book: PaymentBook) -> PromiseCheck {
        PaymentCheck(bookings: snapshot.bookings, book: book, isSettled: settledAfter != nil).result()
    }
}

import Inventory
import Logging
import Simulation
import Testing

@testable import Booking

@Suite(.timeLimit(.minutes(1))) struct BookingQueueTests {
    private let hot = UniqueID(high: 8, low: 1)
    private let calm = UniqueID(high: 8, low: 2)

    /// A booking in payment, or one that costs nothing.
    private func booking(_ number: UInt64, of id: UniqueID, priceMinor: Int64 = 100) -> QueuedBooking {
        let offering = Engine.offering
        let inventory = InventoryActor(
            offering: offering, epoch: 1, inventory: Inventory(layout: offering.layout),
            holdStore: InMemoryHoldStore(clock: ManualClock()), backlogs: HoldBacklogs(), clock: ManualClock(),
            executor: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let own = UniqueID(high: 0, low: number)
        return QueuedBooking(
            booking: Booking(
                id: BookingID(offering: id, own: own), hold: HoldID(offering: id, own: own), customer: Engine.alice,
                claims: [Claim(unit: "FLOOR", quantity: 1, priceMinor: priceMinor, unitCapacity: 4)],
                currency: "EUR", paymentToken: "tok_visa",
                createdAt: Timestamp(millisecondsSince1970: Int64(number))),
            inventory: inventory)
    }

    private func numbers(_ queue: BookingQueue, _ lane: BookingQueue.Lane, count: Int) async -> [UInt64] {
        var numbers: [UInt64] = []
        for _ in 0..<count { numbers.append(await queue.next(lane: lane)?.booking.id.own.low ?? 0) }
        return numbers
    }

    @Test func `a hot offering does not keep the others waiting`() async {
        let queue = BookingQueue(capacity: 100)
        for number in 1...6 { queue.put(booking(UInt64(number), of: hot)) }
        for number in 11...12 { queue.put(booking(UInt64(number), of: calm)) }
        #expect(queue.length(of: .payment) == 8)
        #expect(queue.oldest(in: .payment) == Timestamp(millisecondsSince1970: 1))
        #expect(await numbers(queue, .payment, count: 8) == [1, 11, 2, 12, 3, 4, 5, 6])
        #expect(queue.length(of: .payment) == 0)
        #expect(queue.oldest(in: .payment) == nil)
    }

    @Test func `an offering whose line was empty comes last again`() async {
        let queue = BookingQueue(capacity: 100)
        queue.put(booking(1, of: hot))
        #expect(await numbers(queue, .payment, count: 1) == [1])
        queue.put(booking(11, of: calm))
        queue.put(booking(2, of: hot))
        #expect(await numbers(queue, .payment, count: 2) == [11, 2])
    }

    @Test func `one offering may have half of the places, and the others still get in`() async throws {
        let queue = BookingQueue(capacity: 5)
        let place = try queue.reserve(for: hot)
        queue.put(booking(1, of: hot), in: try queue.reserve(for: hot))
        #expect(refusal(of: hot, by: queue) == .overloaded)
        queue.put(booking(11, of: calm), in: try queue.reserve(for: calm))

        queue.giveBack(place)
        queue.put(booking(2, of: hot), in: try queue.reserve(for: hot))
        #expect(refusal(of: hot, by: queue) == .overloaded)
        _ = await queue.next(lane: .payment)
        queue.put(booking(3, of: hot), in: try queue.reserve(for: hot))

        for other: UInt64 in 3...4 {
            let id = UniqueID(high: 8, low: other)
            queue.put(booking(other, of: id), in: try queue.reserve(for: id))
        }
        #expect(refusal(of: calm, by: queue) == .overloaded, "the queue is full")
    }

    @Test func `a queue for one booking takes it`() throws {
        let queue = BookingQueue(capacity: 1)
        queue.giveBack(try queue.reserve(for: hot))
    }

    @Test func `what needs no payment has workers of its own`() async {
        let queue = BookingQueue(capacity: 100)
        var doubtful = booking(2, of: hot)
        doubtful.doubt = LedgerError(.unavailable, "away")
        for queued in [booking(1, of: hot), doubtful, booking(3, of: hot, priceMinor: 0)] { queue.put(queued) }
        #expect(await numbers(queue, .settlement, count: 2) == [2, 3])
        #expect(await numbers(queue, .payment, count: 1) == [1])
    }

    @Test func `a closed queue sends the workers of both lanes home`() async {
        let queue = BookingQueue(capacity: 100)
        async let workers = (queue.next(lane: .payment), queue.next(lane: .settlement))
        queue.close()
        let (first, second) = await workers
        #expect(first == nil && second == nil)
        #expect(refusal(of: hot, by: queue) == .shuttingDown)
    }

    @Test func `a booking that is not paid for does not wait behind a slow gateway`() async throws {
        let engine = try await Engine()
        let slow = try await engine.hold("STALLS-1-1", by: Engine.bob)
        let otherSlow = try await engine.hold("STALLS-1-2", by: Engine.bob)
        let doubtful = try await engine.hold("STALLS-1-3")
        for hold in [slow, otherSlow] {
            _ = try await engine.service.book(hold.id, for: Engine.bob, paymentToken: "tok_timeout")
        }
        await engine.ledger.setOutage(LedgerError(.unavailable, "away"))
        _ = try? await engine.service.book(doubtful.id, for: Engine.alice, paymentToken: "tok_visa")
        await engine.ledger.setOutage(nil)
        let pool = Task { try await engine.pool.run() }
        // Its two workers wait for the gateway, which answers when the clock moves: never.
        while await engine.ledger.bookings(of: Engine.alice.id, limit: 1, before: nil).isEmpty {
            try Task.checkCancellation()
            await Task.yield()
        }
        pool.cancel()
        try await pool.value
    }

    private func refusal(of offering: UniqueID, by queue: BookingQueue) -> BookingError.Code? {
        do {
            queue.giveBack(try queue.reserve(for: offering))
            return nil
        } catch {
            return error.code
        }
    }
}

import Inventory
import Logging
import ServiceLifecycle
import Simulation
import Testing

@testable import Booking

@Suite(.timeLimit(.minutes(1))) struct OutboxRelayTests {
    private func event(_ shard: Int, _ sequence: Int64) -> OutboxEvent {
        OutboxEvent(
            shard: shard, sequence: sequence, type: "usher.booking.queued", offering: UniqueID(high: 0, low: 0),
            subject: BookingID(offering: UniqueID(high: 0, low: 0), own: UniqueID(high: 0, low: 1)),
            time: Timestamp(millisecondsSince1970: 0), payload: [])
    }

    @Test func `an undelivered event keeps those behind it in its shard, and no others`() {
        let events = [event(1, 1), event(1, 2), event(1, 3), event(2, 1)]
        let delivered = OutboxRelay.deliveredInOrder(events, [true, false, true, true])
        #expect(delivered.map(\.id) == ["1:1", "2:1"])
    }

    @Test func `every event is published at least once and in order after a failure`() async throws {
        let engine = try await Engine()
        let publisher = InMemoryPublisher()
        let shard = Shard.index(of: Engine.offering.id)
        publisher.failOnce("\(shard):1")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let relay = OutboxRelay(outbox: engine.ledger, publisher: publisher, clock: engine.clock, logger: logger)
        let group = ServiceGroup(services: [relay], logger: logger)

        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        _ = try await engine.working { try await engine.end(of: booking) }
        let running = Task { try await group.run() }
        await engine.clock.untilSomebodySleeps(within: .milliseconds(50))
        engine.clock.advance(by: .milliseconds(50))
        while await !engine.ledger.pending(limit: 1).isEmpty {
            try Task.checkCancellation()
            await Task.yield()
        }
        await group.triggerGracefulShutdown()
        try await running.value

        #expect(publisher.published.map(\.sequence) == [1, 2])
        #expect(publisher.published.map(\.type).last == "usher.booking.confirmed")
    }
}

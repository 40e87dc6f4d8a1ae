import Booking
import Foundation
import Inventory
import PostgresDriver
import Simulation
import Testing

@testable import BookingStores

/// The outbox in PostgreSQL: its order while many write, and what an event says.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresOutboxTests {
    @Test func `events of many writers have no gaps at any time, and a booking's are in order`() async throws {
        try await withPostgres { store in
            // Two writers share the shards, as the old and the new owner of one would; events number both alike.
            let other = try PostgresStore(url: store.url)
            let offerings = try [1, 1, 2, 3, 3, 3].map { try Offering.gala(shard: $0) }
            let node = try await Node(store.ledger)
            try await running(other.client) {
                let readings = try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...40 {
                        for offering in offerings {
                            let ledger = number.isMultiple(of: 2) ? store.ledger : other.ledger
                            group.addTask {
                                let booking = offering.booking(seats: "STALLS-1-\(number)")
                                let end = number.isMultiple(of: 3) ? booking.failed : booking.confirmed
                                for state in [booking, end] {
                                    try await ledger.commit(node.change(state, of: offering))
                                }
                            }
                        }
                    }
                    async let readings = self.readings(of: store.outbox, until: 480)
                    try await group.waitForAll()
                    return try await readings
                }
                for events in readings {
                    for (_, events) in Dictionary(grouping: events, by: \.shard) {
                        #expect(events.map(\.sequence) == (1...events.count).map(Int64.init))
                    }
                }
                let types = Dictionary(grouping: readings.last ?? [], by: \.subject).mapValues { $0.map(\.type) }
                #expect(types.count == 240)
                #expect(types.values.allSatisfy { $0.count == 2 && $0[0] == "usher.booking.queued" })
            }
        }
    }

    @Test func `an event carries the trace of what has led to it, and none without one`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala(shard: 1)
            let node = try await Node(store.ledger)
            let trace = TraceContext(
                traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "rojo=1")
            let traced = offering.booking(seats: "STALLS-1-1")
            let change = TraceContext.$current.withValue(trace) { node.change(traced, of: offering) }
            try await store.ledger.commit(change)
            try await store.ledger.commit(node.change(offering.booking(seats: "STALLS-1-2"), of: offering))
            let events = try await store.outbox.pending(limit: 10)
            #expect(events.map(\.traceparent) == [trace?.traceparent, nil])
            #expect(events.map(\.tracestate) == ["rojo=1", nil])
        }
    }

    /// What a reader sees again and again, until there are `count` events.
    private func readings(of outbox: PostgresOutbox, until count: Int) async throws -> [[OutboxEvent]] {
        var readings: [[OutboxEvent]] = []
        while readings.last?.count != count {
            await outbox.awaitEvents(until: clock.now + .milliseconds(100))
            readings.append(try await outbox.pending(limit: 1_000))
        }
        return readings
    }

    @Test func `a shard with a backlog leaves the others their share`() async throws {
        try await withPostgres { store in
            let (low, high) = (try Offering.gala(shard: 3), try Offering.gala(shard: 40))
            let node = try await Node(store.ledger)
            try await node.commit(low.bookings(ofSeats: 1...6), of: low)
            try await node.commit(high.bookings(ofSeats: 1...1), of: high)
            let shared = try await store.outbox.pending(limit: 4)
            #expect(shared.map(\.id) == ["3:1", "3:2", "40:1"])
            try await store.outbox.remove([shared[2]])
            #expect(try await store.outbox.pending(limit: 4).map(\.id) == ["3:1", "3:2", "3:3", "3:4"])
        }
    }

    @Test func `an event tells all about its booking`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            let booking = offering.booking(
                seats: "STALLS-3-17", floor: 2, at: Timestamp(millisecondsSince1970: 1_803_902_400_250))
            try await node.commit([booking, booking.failed], of: offering)

            let events = try await store.outbox.pending(limit: 2)
            let queued = try payload(events[0])
            let failed = try payload(events[1])
            #expect(queued["booking_id"] as? String == booking.id.description)
            #expect(queued["event_id"] as? String == offering.id.description)
            #expect(queued["user_id"] as? String == booking.customer.id.description)
            #expect(queued["email"] as? String == booking.customer.email)
            #expect(queued["status"] as? String == "queued")
            #expect(queued["version"] as? Int == 1)
            #expect(queued["total"] as? Int == 17_500)
            #expect(queued["currency"] as? String == "EUR")
            #expect(queued["created_at"] as? String == "2027-03-01T12:00:00.250Z")
            #expect(queued["updated_at"] as? String == "2027-03-01T12:00:00.250Z")
            #expect(queued["failure"] is NSNull)

            let claims = try #require(queued["claims"] as? [[String: Any]])
            #expect(claims.map { $0["unit"] as? String } == ["STALLS-3-17", Offering.floor])
            #expect(claims.map { $0["quantity"] as? Int } == [1, 2])
            #expect(claims.map { $0["price"] as? Int } == [8_500, 4_500])

            let event = try #require(queued["event"] as? [String: String])
            #expect(event == ["name": offering.name, "venue": "Grand Hall", "starts_at": "2027-03-01T12:00:00.007Z"])

            #expect(failed["status"] as? String == "failed")
            #expect(failed["version"] as? Int == 2)
            #expect(failed["updated_at"] as? String == "2027-03-01T12:00:00.255Z")
            #expect(
                failed["failure"] as? [String: String] == [
                    "code": "payment_declined", "message": "The card's bank said “no”.",
                ])
        }
    }

    private func payload(_ event: OutboxEvent) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(event.payload)) as? [String: Any])
    }

    @Test func `the wait for events ends at its deadline`() async throws {
        let store = try PostgresStore(url: "postgresql://usher@127.0.0.1:1/usher")
        let clock = ManualClock()
        let outbox = PostgresOutbox(client: store.client, clock: clock)
        async let waiting: Void = outbox.awaitEvents(until: clock.now + .seconds(1))
        await clock.untilSomebodySleeps(within: .seconds(1))
        clock.advance(by: .seconds(1))
        await waiting
    }
}

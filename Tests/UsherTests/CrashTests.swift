import Foundation
import LocalStack
import Testing

/// What is left after `kill -9` in the middle of a sale.
@Suite(.timeLimit(.minutes(3)))
struct CrashTests {
    private static let bookings = 90

    @Test func `bookings, charges and holds outlive a killed server`() async throws {
        // Few workers, so that most bookings wait when the server is killed.
        let changes = [String: String].withoutKafka.merging(["USHER_WORKERS": "8"]) { $1 }
        try await ServerSettings.with(changes) { settings in
            let first = try await ServerProcess(settings)
            let customer = try await TestUser.registered(at: first)
            let event = try await TestUser.organizer(at: first).createEvent(rows: 30, unitsPerCustomer: 100)
            let kept = try await customer.hold("STALLS-30-1", floor: 2, of: event)
            let bought = try await placeHolds(customer, on: event)
            let acknowledged = try await book(bought, by: customer, thenKill: first)
            #expect(acknowledged.count >= Self.bookings / 2)

            let second = try await ServerProcess(settings)
            let returned = customer.at(second)
            try await expectHoldSurvived(kept, of: returned)
            let ended = try await endAll(of: returned)
            #expect(ended.allSatisfy { $0.status == "confirmed" })
            #expect(acknowledged.isSubset(of: ended.map(\.bookingId)))
            try await expectEachPlaceOnce(event, of: returned, bookings: ended.count)
            try await expectConsistentLedger(settings, bookings: Int64(ended.count))
            #expect(await second.stop() == .exited(0), "\(second.log)")
        }
    }

    /// One seat each, from the first rows.
    private func placeHolds(_ customer: TestUser, on event: EventAnswer) async throws -> [HoldAnswer] {
        try await withThrowingTaskGroup { group in
            for number in 0..<Self.bookings {
                group.addTask {
                    try await customer.hold("STALLS-\(number / 10 + 1)-\(number % 10 + 1)", of: event)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Books all holds at once, and kills the server when it has acknowledged half of them.
    ///
    /// - Returns: The ids of the bookings that were acknowledged.
    private func book(
        _ holds: [HoldAnswer], by customer: TestUser, thenKill server: ServerProcess
    ) async throws -> Set<String> {
        await withTaskGroup(of: String?.self) { group in
            for hold in holds {
                group.addTask { try? await customer.book(hold, paymentToken: "tok_slow_200").bookingId }
            }
            var acknowledged: Set<String> = []
            for await booking in group {
                guard let booking else { continue }
                acknowledged.insert(booking)
                if acknowledged.count == Self.bookings / 2 { await server.kill() }
            }
            return acknowledged
        }
    }

    private func expectHoldSurvived(_ hold: HoldAnswer, of customer: TestUser) async throws {
        let read: HoldAnswer = try await customer.api.get("/api/events/\(hold.eventId)/hold/\(hold.holdId)").expect(200)
        #expect(read.claims == hold.claims)
        #expect((1..<hold.expiresInMs).contains(read.expiresInMs))
        let drift = try date(read.expiresAt).timeIntervalSince(date(hold.expiresAt))
        #expect(abs(drift) < 0.1)
    }

    private func date(_ text: String) throws -> Date {
        try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
    }

    /// Waits until every booking of the customer has ended, also those whose acknowledgement was lost.
    private func endAll(of customer: TestUser) async throws -> [BookingAnswer] {
        let bookings = try await customer.bookings()
        return try await withThrowingTaskGroup { group in
            for booking in bookings {
                group.addTask { try await customer.end(ofBooking: booking.bookingId) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The kept hold has a seat and two places on the floor; each other seat of the first rows is held or booked.
    private func expectEachPlaceOnce(_ event: EventAnswer, of customer: TestUser, bookings: Int) async throws {
        let places = event.capacity
        let held = Self.bookings - bookings + 3
        #expect(try await customer.counts(of: event) == [places - bookings - held, held, bookings])
        let seats = try await customer.seats(of: event)
        #expect(seats.ids("booked").count == bookings)
        #expect(seats.ids("held").count == Self.bookings - bookings + 1)
    }

    private func expectConsistentLedger(_ settings: ServerSettings, bookings: Int64) async throws {
        let database = TestDatabase(url: settings.database)
        #expect(try await database.number("SELECT count(*) FROM bookings") == bookings)
        #expect(try await database.number("SELECT count(*) FROM bookings WHERE status <> 'confirmed'") == 0)
        #expect(try await database.number("SELECT count(*) FROM simulated_charges") == bookings)
        #expect(try await database.number("SELECT count(DISTINCT booking) FROM simulated_charges") == bookings)
        #expect(try await database.number("SELECT count(DISTINCT unit) FROM claims") == bookings)
        let confirmations = "FROM outbox WHERE type = 'usher.booking.confirmed'"
        #expect(try await database.number("SELECT count(*) \(confirmations)") == bookings)
        #expect(try await database.number("SELECT count(DISTINCT booking) \(confirmations)") == bookings)
        // Events of one shard are numbered without a gap.
        #expect(
            try await database.number(
                """
                SELECT count(*) FROM
                    (SELECT shard FROM outbox GROUP BY shard HAVING max(seq) - min(seq) + 1 <> count(*)) AS gaps
                """) == 0)
    }
}

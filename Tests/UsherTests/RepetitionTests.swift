import Foundation
import LocalStack
import NIOHTTP1
import Testing

/// Customers who send every request again after `kill -9`, since they cannot know what became of it.
@Suite(.timeLimit(.minutes(3)))
struct RepetitionTests {
    private static let count = 60

    @Test func `requests repeated after a crash are done once`() async throws {
        try await ServerSettings.with(.withoutKafka) { settings in
            let first = try await ServerProcess(settings)
            let customer = try await TestUser.registered(at: first)
            let event = try await TestUser.organizer(at: first).createEvent(rows: 6, unitsPerCustomer: 60)
            let holds = try await customer.holdEachSeat(of: event, count: Self.count)
            let acknowledged = await book(holds, by: customer, thenKill: first)
            #expect(acknowledged.count >= Self.count / 2)

            let second = try await ServerProcess(settings)
            let returned = customer.at(second)
            #expect(try await returned.holdEachSeat(of: event, count: Self.count) == holds)
            var bookings: [Int: String] = [:]
            for (number, hold) in holds.enumerated() {
                bookings[number] = try await returned.book(hold, number: number)
            }
            #expect(bookings.merging(acknowledged) { $1 } == bookings)
            #expect(Set(try await returned.bookings().map(\.bookingId)) == Set(bookings.values))
            for booking in bookings.values {
                #expect(try await returned.end(ofBooking: booking).status == "confirmed")
            }
            #expect(try await returned.counts(of: event) == [event.capacity - Self.count, 0, Self.count])
            let database = TestDatabase(url: settings.database)
            #expect(try await database.number("SELECT count(*) FROM simulated_charges") == Int64(Self.count))
            #expect(await second.stop() == .exited(0), "\(second.log)")
        }
    }

    /// Books all holds at once, and kills the server when it has acknowledged half of them.
    ///
    /// - Returns: The ids of the bookings that were acknowledged, by the hold's number.
    private func book(_ holds: [String], by customer: TestUser, thenKill server: ServerProcess) async -> [Int: String] {
        await withTaskGroup(of: (Int, String?).self) { group in
            for (number, hold) in holds.enumerated() {
                group.addTask { (number, try? await customer.book(hold, number: number)) }
            }
            var acknowledged: [Int: String] = [:]
            for await (number, booking) in group {
                guard let booking else { continue }
                acknowledged[number] = booking
                if acknowledged.count == Self.count / 2 { await server.kill() }
            }
            return acknowledged
        }
    }
}

extension TestUser {
    private func post(_ path: String, _ json: String, key: String) async throws -> APIClient.Answer {
        try await api.send(.POST, path, body: Data(json.utf8), headers: ["Idempotency-Key": key])
    }

    /// Holds the first seats, one each.
    ///
    /// - Returns: The ids of the holds, in the order of the seats.
    fileprivate func holdEachSeat(of event: EventAnswer, count: Int) async throws -> [String] {
        var holds: [String] = []
        for number in 0..<count {
            let seat = "STALLS-\(number / 10 + 1)-\(number % 10 + 1)"
            let hold: HoldAnswer = try await post(
                "/api/events/\(event.id)/hold", #"{"seats": ["\#(seat)"]}"#, key: "hold-\(number)"
            ).expect(201)
            holds.append(hold.holdId)
        }
        return holds
    }

    /// - Returns: The booking's id.
    fileprivate func book(_ hold: String, number: Int) async throws -> String {
        let booking: BookingAnswer = try await post(
            "/api/booking", #"{"hold_id": "\#(hold)", "payment": {"token": "tok_visa"}}"#, key: "booking-\(number)"
        ).expect(202)
        return booking.bookingId
    }
}

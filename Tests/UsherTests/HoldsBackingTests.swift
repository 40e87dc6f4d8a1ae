import LocalStack
import Testing

/// A server that keeps holds in memory alone.
@Suite(.timeLimit(.minutes(3)))
struct HoldsBackingTests {
    @Test func `without Redis behind them holds end with their process, and bookings do not`() async throws {
        let changes = [String: String].withoutKafka.merging(["USHER_HOLDS_BACKING": "memory"]) { $1 }
        try await ServerSettings.with(changes) { settings in
            let first = try await ServerProcess(settings)
            let customer = try await TestUser.registered(at: first)
            let rival = try await TestUser.registered(at: first)
            let event = try await TestUser.organizer(at: first).createEvent()
            let bought = try await customer.hold("STALLS-1-1", of: event)
            let booking = try await customer.book(bought)
            _ = try await customer.hold("STALLS-1-2", of: event)
            for seat in ["STALLS-1-1", "STALLS-1-2"] {
                #expect(try await rival.requestHold(seat, of: event) == 409)
            }
            await first.kill()

            let second = try await ServerProcess(settings)
            #expect(try await rival.at(second).requestHold("STALLS-1-1", of: event) == 409)
            #expect(try await rival.at(second).requestHold("STALLS-1-2", of: event) == 201)
            #expect(try await customer.at(second).end(ofBooking: booking.bookingId).status == "confirmed")
            #expect(await second.stop() == .exited(0), "\(second.log)")
        }
    }
}

extension TestUser {
    /// Asks for a seat, and returns the status of the answer.
    fileprivate func requestHold(_ seat: String, of event: EventAnswer) async throws -> Int {
        try await api.post("/api/events/\(event.id)/hold", #"{"seats": ["\#(seat)"]}"#).status
    }
}

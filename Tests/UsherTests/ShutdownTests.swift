import Foundation
import LocalStack
import Testing

@testable import Usher

/// What SIGTERM does to a server that has work in its hands.
@Suite(.timeLimit(.minutes(2)))
struct ShutdownTests {
    @Test func `a payment under way is finished before the server ends`() async throws {
        try await ServerSettings.with(.withoutKafka) { settings in
            let server = try await ServerProcess(settings)
            let booking = try await book(at: server, paymentToken: "tok_slow_1000", whenProcessing: server.requestStop)
            #expect(await server.end() == .exited(0), "\(server.log)")
            #expect(try await status(of: booking, settings) == ["confirmed": 1])
        }
    }

    @Test func `a payment that takes too long is left for the next start, and its stream is closed`() async throws {
        let grace = ["USHER_SHUTDOWN_GRACE_SECONDS": "2", "USHER_PAYMENT_TIMEOUT_SECONDS": "60"]
        try await ServerSettings.with([String: String].withoutKafka.merging(grace) { $1 }) { settings in
            let server = try await ServerProcess(settings)
            let booking = try await book(at: server, paymentToken: "tok_slow_60000", whenProcessing: server.requestStop)
            let stopping = ContinuousClock.now
            #expect(await server.end() == .exited(0), "\(server.log)")
            // The grace, and plenty for a busy machine.
            #expect(stopping.duration(to: .now) < .seconds(20), "\(server.log)")
            #expect(try await status(of: booking, settings) == ["queued": 1])
        }
    }

    @Test func `a server without work does not use its grace up`() async throws {
        let grace = ["USHER_SHUTDOWN_GRACE_SECONDS": "60"]
        try await ServerSettings.with([String: String].withoutKafka.merging(grace) { $1 }) { settings in
            let server = try await ServerProcess(settings)
            let stopping = ContinuousClock.now
            #expect(await server.stop() == .exited(0), "\(server.log)")
            #expect(stopping.duration(to: .now) < .seconds(20), "\(server.log)")
        }
    }

    /// Books a seat and reads the booking's stream to its end.
    private func book(
        at server: ServerProcess, paymentToken: String, whenProcessing: () -> Void
    ) async throws -> BookingAnswer {
        let customer = try await TestUser.registered(at: server)
        let event = try await TestUser.organizer(at: server).createEvent()
        let hold = try await customer.hold("STALLS-1-1", of: event)
        let booking = try await customer.book(hold, paymentToken: paymentToken)
        try await customer.api.follow("/api/booking/\(booking.bookingId)/stream") { event in
            if event.data.contains(#""status":"processing""#) { whenProcessing() }
        }
        return booking
    }

    /// How many bookings stand where, in the database of a server that has ended.
    private func status(of booking: BookingAnswer, _ settings: ServerSettings) async throws -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for status in ["queued", "confirmed", "failed"] {
            let count = try await TestDatabase(url: settings.database)
                .number("SELECT count(*) FROM bookings WHERE status = '\(status)'")
            if count > 0 { counts[status] = count }
        }
        return counts
    }
}

import Foundation
import LocalStack
import Testing

/// A real server under everything hostile at once: each input gets its refusal, the process lives on in the memory that
/// it had, and whoever comes to buy can.
@Suite(.timeLimit(.minutes(5)))
struct HostileInputTests {
    private static let settings = [String: String].withoutKafka.merging([
        "USHER_HTTP_HEAD_TIMEOUT_SECONDS": "2", "USHER_HTTP_BODY_TIMEOUT_SECONDS": "2",
        "USHER_HTTP_WRITE_TIMEOUT_SECONDS": "2",
    ]) { $1 }

    /// Bytes by which the process may grow over many rounds, for what allocators and caches keep.
    private static let growth = 96 << 20

    @Test func `hostile inputs are refused, and a customer buys a seat in their midst`() async throws {
        try await ServerSettings.with(Self.settings) { settings in
            let server = try await ServerProcess(settings)
            let event = try await TestUser.organizer(at: server).createEvent(rows: 100, unitsPerCustomer: 10)
            try await sendAll(to: server)
            try await flood(server, event)
            let memory = try server.residentBytes
            for _ in 0..<3 {
                try await sendAll(to: server)
                try await flood(server, event)
            }
            #expect(try server.residentBytes - memory < Self.growth)
            #expect(await server.stop() == .exited(0), "\(server.log)")
        }
    }

    private func sendAll(to server: ServerProcess) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for request in HostileRequest.all {
                group.addTask {
                    let answer = try await RawConnection(port: server.port).exchange(request.bytes)
                    #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(request.what): \(answer.prefix(500))")
                    #expect(answer.contains(#""code":"\#(request.code)""#), "\(request.what): \(answer.prefix(500))")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Clients that send slowly or read nothing, and one that buys meanwhile.
    private func flood(_ server: ServerProcess, _ event: EventAnswer) async throws {
        let map = "GET /api/events/\(event.id)/seats HTTP/1.1\r\nHost: usher\r\n\r\n"
        let slow =
            Array(repeating: "GET /api/events HTTP/1.1\r\nX-Slow: ", count: 200)
            + Array(
                repeating: "POST /api/users/login HTTP/1.1\r\nHost: usher\r\nContent-Length: 100\r\n\r\n{", count: 200)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (sent, output) = AsyncStream.makeStream(of: Void.self)
            for text in slow {
                group.addTask { try await RawConnection(port: server.port).send(text) { output.yield() } }
            }
            for _ in 0..<100 {
                group.addTask {
                    try await RawConnection(port: server.port)
                        .send(String(repeating: map, count: 100), readsAnswer: false) { output.yield() }
                }
            }
            var arrivals = sent.makeAsyncIterator()
            for _ in 0..<500 { await arrivals.next() }
            try await buy(at: server, event)
            group.cancelAll()
            // Those who were cut off have nothing more to say.
            while !group.isEmpty { _ = try? await group.next() }
        }
    }

    private func buy(at server: ServerProcess, _ event: EventAnswer) async throws {
        let customer = try await TestUser.registered(at: server)
        let booking = try await customer.book(try await customer.holdBest(2, of: event))
        #expect(try await customer.end(ofBooking: booking.bookingId).status == "confirmed")
    }
}

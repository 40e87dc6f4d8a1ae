import Foundation
import LocalStack
import Testing

/// A real server under everything hostile at once: each input gets its refusal, the process lives on in the memory that
/// it had, and whoever comes to buy can.
@Suite(.timeLimit(.minutes(5)))
struct HostileInputTests {
    private static let settings = [String: String].withoutKafka.merging([
        "USHER_HTTP_HEAD_TIMEOUT_SECONDS": "2", "USHER_HTTP_BODY_TIMEOUT_SECONDS": "2",
        "USHER_HTTP_WRITE_TIMEOUT_SECONDS": "2", "USHER_STREAMS_PER_ADDRESS": "1000",
    ]) { $1 }

    /// Bytes by which the process may grow over many rounds, for what allocators and caches keep.
    private static let growth = 96 << 20

    /// Hostile clients of each kind at a time.
    private static let crowd = 300
    /// Customers at a time, each of whom buys two seats.
    private static let customers = 10

    @Test func `hostile inputs are refused, and customers buy seats in their midst`() async throws {
        try await ServerSettings.with(Self.settings) { settings in
            let server = try await ServerProcess(settings)
            let event = try await TestUser.organizer(at: server).createEvent(rows: 100, unitsPerCustomer: 10)
            try await sendAll(to: server)
            try await flood(server, event)
            let memory = try server.residentBytes
            for _ in 0..<2 {
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

    /// Clients that send slowly or read nothing, and customers meanwhile, none of whose requests may fail.
    private func flood(_ server: ServerProcess, _ event: EventAnswer) async throws {
        let crowds = [
            ("GET /api/events HTTP/1.1\r\nX-Slow: ", reads: true),
            ("POST /api/users/login HTTP/1.1\r\nHost: usher\r\nContent-Length: 100\r\n\r\n{", reads: true),
            ("GET /api/events/\(event.id)/stream HTTP/1.1\r\nHost: usher\r\n\r\n", reads: false),
        ]
        let map = "GET /api/events/\(event.id)/seats HTTP/1.1\r\nHost: usher\r\n\r\n"
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (sent, output) = AsyncStream.makeStream(of: Void.self)
            var arrivals = sent.makeAsyncIterator()
            func arrive(_ count: Int, _ text: String, readsAnswer: Bool) async throws {
                for _ in 0..<count {
                    group.addTask {
                        let connection: RawConnection
                        do {
                            connection = try await RawConnection(port: server.port)
                        } catch {
                            output.finish()
                            throw error
                        }
                        try await connection.send(text, readsAnswer: readsAnswer) { output.yield() }
                    }
                }
                for _ in 0..<count { try #require(await arrivals.next() != nil, "a client could not connect") }
            }
            for (text, reads) in crowds { try await arrive(Self.crowd, text, readsAnswer: reads) }
            try await arrive(100, String(repeating: map, count: 100), readsAnswer: false)
            try await withThrowingTaskGroup(of: Void.self) { customers in
                for _ in 0..<Self.customers { customers.addTask { try await buy(at: server, event) } }
                try await customers.waitForAll()
            }
            group.cancelAll()
            // Those who were cut off have nothing more to say.
            while !group.isEmpty { _ = try? await group.next() }
        }
    }

    private func buy(at server: ServerProcess, _ event: EventAnswer) async throws {
        let customer = try await TestUser.registered(at: server)
        _ = try await customer.seats(of: event)
        let booking = try await customer.book(try await customer.holdBest(2, of: event))
        #expect(try await customer.end(ofBooking: booking.bookingId).status == "confirmed")
    }
}

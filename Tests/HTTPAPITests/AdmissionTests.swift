import Accounts
import AsyncHTTPClient
import Catalog
import Inventory
import LocalStack
import NIOCore
import NIOHTTP1
import Simulation
import Testing

@testable import Booking
@testable import HTTPAPI

@Suite("Admission over a socket", .timeLimit(.minutes(1)))
struct AdmissionTests {
    @Test func `an event that is busy refuses at once, and all else goes on`() async throws {
        var configuration = HTTPConfiguration(port: 0)
        configuration.maxInFlightPerEvent = 1
        let stores = TestStores()
        let api = try await TestAPI(configuration: configuration, stores: stores)
        let (busy, quiet) = (try await api.createEvent(), try await api.createEvent())
        try await api.accounts.ensureUser(
            email: "ann@usher.example", password: "correct horse", name: "Ann", role: .customer)
        try await api.withServer { port, _ in
            let ann = try await LiveClient(port: port).loggedIn()
            let store = stores.idempotencyStore
            store.pause()
            async let first = ann.send(.POST, "\(busy)/hold", #"{"seats": ["A-1-1"]}"#, key: "k1")
            await store.untilPaused()

            let refused = try await ann.get(busy)
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.headers.first(name: "Retry-After") == "1")
            #expect(try await refused.json["code"] == "overloaded")
            for path in [quiet, "\(quiet)/seats", "/api/events", "/api/auth/me", "/health/live"] {
                #expect(try await ann.get(path).status == .ok, "\(path)")
            }
            #expect(try await ann.send(.POST, "\(quiet)/hold", #"{"seats": ["A-1-1"]}"#).status == .created)

            // Only one with an id of its own is read before it is refused.
            func request(_ field: String) -> String {
                "GET \(busy) HTTP/1.1\r\nHost: usher\r\nAuthorization: Bearer x\r\n\(field)\r\n"
            }
            let unread = try await RawConnection(port: port).exchange(request(""), closing: true)
            let read = try await RawConnection(port: port).exchange(request("X-Request-ID: mine\r\n"), closing: true)
            #expect(read.contains(#""request_id":"mine""#))
            #expect(unread.sameForAll == read.sameForAll)

            store.resume()
            #expect(try await first.status == .created)
            #expect(try await ann.get(busy).status == .ok)
        }
    }
}

@Suite("Admission under congestion")
struct CongestionTests {
    private let admission = Admission(limit: 160, limitOfEvent: 120)

    private func claim(_ event: Int) throws -> Admission.Claim {
        try #require(Admission.Claim(path: "/api/events/\(event)/hold".utf8))
    }

    /// Lets in as many as are admitted, and says how many.
    private func crowd(_ event: Int, at now: NIODeadline, atMost most: Int = 1_000) throws -> Int {
        let claim = try claim(event)
        var count = 0
        while count < most, admission.admits(claim, at: now) {
            admission.begin(claim)
            count += 1
        }
        return count
    }

    private func leave(_ event: Int, _ count: Int) throws {
        let claim = try claim(event)
        for _ in 0..<count { admission.end(claim) }
    }

    @Test func `a crowd may queue, and a queue that stays gets an eighth of the places until it is short`() throws {
        let start = NIODeadline.now()
        #expect(try crowd(1, at: start) == 120)
        #expect(try crowd(2, at: start + .milliseconds(500)) == 40)
        let later = start + .milliseconds(501)
        #expect(try crowd(2, at: later) == 0)
        // An eighth of all is twenty, and of an event's fifteen; the first event has twelve of them.
        try leave(1, 108)
        try leave(2, 40)
        #expect(try crowd(1, at: later) == 3)
        #expect(try crowd(2, at: later) == 5)
        try leave(1, 10)
        #expect(admission.inFlight == 10)
        #expect(try crowd(1, at: later) == 115, "ten is short")
    }

    @Test func `requests that come and go are no queue, however long they do`() throws {
        var now = NIODeadline.now()
        for _ in 0..<100 {
            #expect(try crowd(1, at: now, atMost: 100) == 100)
            now = now + .milliseconds(400)
            try leave(1, 100)
        }
    }
}

extension String {
    /// The lines of an answer's head that do not depend on the request's id and the time.
    fileprivate var sameForAll: Set<Substring> {
        let head = prefix { $0 != "{" }.split(separator: "\r\n")
        return Set(head.filter { !["X-Request-ID", "Date", "Content-Length"].contains($0.prefix { $0 != ":" }) })
    }
}

extension TestAPI {
    /// - Returns: The path of an event with a seat.
    fileprivate func createEvent() async throws -> String {
        let event = try await catalog.create(
            .init(
                name: "Gala", venue: "Hall", startsAt: clock.timestamp, currency: "EUR",
                sections: [.init(name: "A", kind: .seated(rows: 1, seatsPerRow: 1), priceMinor: 1)]),
            organizer: SystemIdentifierSource().next(at: clock.timestamp), at: clock.timestamp)
        return "/api/events/\(event.offering.id)"
    }
}

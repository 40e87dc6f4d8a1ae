import Accounts
import AsyncHTTPClient
import Catalog
import Inventory
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

            store.resume()
            #expect(try await first.status == .created)
            #expect(try await ann.get(busy).status == .ok)
        }
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

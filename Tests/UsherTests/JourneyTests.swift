import Booking
import Foundation
import Inventory
import NIOHTTP1
import Testing

@testable import Usher

/// What a customer and an organizer do, over a socket and with the real stores.
@Suite(.sharedServer(), .timeLimit(.minutes(3)))
struct JourneyTests {
    let server: ServerProcess
    let organizer: TestUser
    let customer: TestUser

    init() async throws {
        server = try SharedServer.current
        organizer = try await .organizer(at: server)
        customer = try await .registered(at: server)
    }

    @Test func `an event that was created can be found and read`() async throws {
        let name = "Night \(UUID())"
        let created = try await organizer.createEvent(name: name)
        #expect(created.capacity == 120)

        let anybody = APIClient(baseURL: server.url)
        let found: PageAnswer<EventAnswer> =
            try await anybody.get("/api/events?q=\(name.replacing(" ", with: "%20"))").expect(200)
        #expect(found.items.map(\.id) == [created.id])
        let read: EventAnswer = try await anybody.get("/api/events/\(created.id)").expect(200)
        #expect(read.name == name)
        #expect([read.available, read.held, read.booked] == [120, 0, 0])
    }

    @Test func `held places are shown as held, and go back when they are let go`() async throws {
        let event = try await organizer.createEvent()
        let hold = try await customer.hold("STALLS-1-1", "STALLS-1-2", floor: 3, of: event)
        #expect(hold.eventId == event.id)
        #expect(hold.total == 2 * 8_500 + 3 * 4_500)
        #expect((1...600_000).contains(hold.expiresInMs))
        #expect(try await customer.seats(of: event).ids("held") == ["STALLS-1-1", "STALLS-1-2"])
        #expect(try await customer.counts(of: event) == [115, 5, 0])

        let path = "/api/events/\(event.id)/hold/\(hold.holdId)"
        let read: HoldAnswer = try await customer.api.get(path).expect(200)
        #expect(read.claims == hold.claims)
        #expect(try await customer.api.send(.DELETE, path).status == 204)
        #expect(try await customer.counts(of: event) == [120, 0, 0])
    }

    @Test func `the best seats are chosen, and their hold is extended`() async throws {
        let event = try await organizer.createEvent()
        let hold = try await customer.holdBest(4, of: event)
        #expect(hold.claims.map(\.unit) == (4...7).map { "STALLS-1-\($0)" })

        let path = "/api/events/\(event.id)/hold/\(hold.holdId)"
        let extended: HoldAnswer = try await customer.api.send(.PATCH, path).expect(200)
        #expect(extended.claims == hold.claims)
        #expect(extended.expiresAt > hold.expiresAt)
        #expect(extended.expiresInMs > 590_000)
        let other = try await TestUser.registered(at: server)
        #expect(try await other.holdBest(4, of: event).claims.map(\.unit) == (4...7).map { "STALLS-2-\($0)" })
    }

    @Test func `a booking is followed to its confirmation by the ticket in its link`() async throws {
        let event = try await organizer.createEvent()
        let hold = try await customer.hold("STALLS-2-9", "STALLS-2-10", floor: 1, of: event)
        let booking = try await customer.book(hold, paymentToken: "tok_slow_2000")
        #expect(booking.status == "queued")
        #expect(booking.userId == customer.id)

        let events = try await APIClient(baseURL: server.url).follow(booking.links.stream)
        #expect(events.allSatisfy { $0.name == "status" })
        let versions = events.compactMap { $0.id.flatMap { Int($0) } }
        #expect(versions.count == events.count)
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
        let states = try events.map { try JSONDecoder().decode(State.self, from: Data($0.data.utf8)).status }
        // The stream may have been opened after the worker had begun.
        #expect(["queued", "processing", "confirmed"].suffix(states.count) == states[...])
        #expect(states.count >= 2)

        let read: BookingAnswer = try await customer.api.get(booking.links.`self`).expect(200)
        #expect(read.status == "confirmed")
        #expect(read.claims == hold.claims)
        #expect(read.total == 2 * 8_500 + 4_500)
        #expect(try await customer.seats(of: event).ids("booked") == ["STALLS-2-9", "STALLS-2-10"])
        #expect(try await customer.counts(of: event) == [117, 0, 3])
        #expect(try await customer.bookings().map(\.bookingId) == [booking.bookingId])
    }

    @Test func `a confirmed booking is told to the customer by mail`() async throws {
        let event = try await organizer.createEvent(name: "Mailed Night")
        let booking = try await customer.book(try await customer.hold("STALLS-1-5", of: event))
        #expect(try await customer.end(ofBooking: booking.bookingId).status == "confirmed")
        let mail = try await mailToCustomer()
        #expect(mail.contains("Your places for Mailed Night"))
    }

    @Test func `a declined card gives the places back to the hold, and another card buys them`() async throws {
        let event = try await organizer.createEvent()
        let hold = try await customer.hold("STALLS-1-1", floor: 2, of: event)
        let first = try await customer.book(hold, paymentToken: "tok_chargeDeclined")
        let failed = try await customer.end(ofBooking: first.bookingId)
        #expect(failed.status == "failed")
        #expect(failed.failure?.code == "payment_declined")
        #expect(try await customer.counts(of: event) == [117, 3, 0])

        let second = try await customer.book(hold)
        #expect(try await customer.end(ofBooking: second.bookingId).status == "confirmed")
        #expect(try await customer.counts(of: event) == [117, 0, 3])
        let database = TestDatabase(url: server.settings.database)
        #expect(
            try await database.number(
                """
                SELECT count(*) FROM simulated_charges JOIN bookings ON bookings.id = booking
                WHERE offering = '\(event.id)' AND status = 'confirmed' AND amount_minor = total_minor
                """) == 1)
    }

    @Test func `a charge whose answer was lost is not made again`() async throws {
        let event = try await organizer.createEvent()
        let booking = try await customer.book(
            try await customer.hold("STALLS-1-1", of: event), paymentToken: "tok_timeout")
        #expect(try await customer.end(ofBooking: booking.bookingId).status == "confirmed")
        let database = TestDatabase(url: server.settings.database)
        #expect(
            try await database.number(
                "SELECT count(*) FROM simulated_charges JOIN bookings ON id = booking WHERE offering = '\(event.id)'")
                == 1)
    }

    @Test func `an expired hold is gone and its places are on sale again`() async throws {
        let event = try await organizer.createEvent(holdTTL: 10)
        let hold = try await customer.hold("STALLS-1-1", floor: 4, of: event)
        let clock = SystemBookingClock()
        let deadline = clock.now + .milliseconds(hold.expiresInMs)
        #expect(try await customer.counts(of: event) == [115, 5, 0])
        // The passing of real time is what is tested here.
        try await clock.sleep(until: deadline)

        #expect(try await customer.counts(of: event) == [120, 0, 0])
        #expect(try await customer.requestBooking(of: hold).problem?.code == "hold_expired")
        let read = try await customer.api.get("/api/events/\(event.id)/hold/\(hold.holdId)")
        #expect(read.status == 410)
        #expect(read.problem?.code == "hold_expired")
        let other = try await TestUser.registered(at: server)
        #expect(try await other.hold("STALLS-1-1", of: event).claims.count == 1)
    }

    @Test func `a profile is read and changed`() async throws {
        let before: UserAnswer = try await customer.api.get("/api/users/profile").expect(200)
        #expect(before.email == customer.email)
        #expect(before.role == "customer")
        let changed: UserAnswer = try await customer.api.send(
            .PUT, "/api/users/profile", body: Data(#"{"name": "Cleo Câmara"}"#.utf8)
        ).expect(200)
        #expect(changed.name == "Cleo Câmara")
        let after: UserAnswer = try await customer.api.get("/api/users/profile").expect(200)
        #expect(after.name == "Cleo Câmara")
        #expect(after.email == customer.email)
    }

    private struct State: Decodable {
        let status: String
    }

    /// The first mail to the customer; waits until it has come.
    private func mailToCustomer() async throws -> String {
        let folder = server.settings.mailFolder
        let watch = try FolderWatch(folder.path)
        var changes = watch.changes.makeAsyncIterator()
        repeat {
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                guard file.pathExtension == "eml" else { continue }
                let mail = try String(contentsOf: file, encoding: .utf8)
                if mail.contains(customer.email) { return mail }
            }
        } while await changes.next() != nil
        throw CancellationError()
    }
}

import Accounts
import HTTPTypes
import Inventory
import Testing
import Tickets

@Suite("Check-in", .timeLimit(.minutes(1)))
struct CheckInTests {
    private static let path = "/api/tickets/check-in"

    @Test func `a ticket lets one in once, and the second is told when and by whom`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let customer = try await visitor.signedIn()
            let booking = try await customer.confirmedBooking("A-1-1", on: path)
            let body = try #"{"token": "\#(api.token(booking))", "gate": "North"}"#
            let staff = try await visitor.signedIn(as: .staff)
            let first = try await staff.post(Self.path, body)
            #expect(first.status == .ok, "\(first.text)")
            #expect([first["booking_id"].string, first["unit"].string] == [booking, "A-1-1"])
            #expect([first["by"].string, first["gate"].string] == [staff.id.description, "North"])
            let second = try await organizer.post(Self.path, body)
            #expect(second.refusal == "409 already_checked_in")
            #expect(second["checked_in_at"] == first["checked_in_at"])
            #expect([second["checked_in_by"].string, second["gate"].string] == [staff.id.description, "North"])
        }
    }

    @Test func `at two gates at once exactly one lets in`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let booking = try await visitor.signedIn().confirmedBooking("A-1-1", on: path)
            let body = try #"{"token": "\#(api.token(booking))"}"#
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await organizer.post(Self.path, body).status.code } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.sorted() == [200] + Array(repeating: 409, count: 7))
        }
    }

    @Test func `a forged ticket, a place too many, a cancelled booking and another's event let nobody in`() async throws
    {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            let customer = try await visitor.signedIn()
            let booking = try await customer.confirmedBooking("A-1-1", on: path)
            func answer(_ token: String, from caller: Caller) async throws -> String {
                try await caller.post(Self.path, #"{"token": "\#(token)"}"#).refusal
            }
            let token = try api.token(booking)
            let forger = try TicketSigner(secret: String(repeating: "f", count: 32))
            let forged = try forger.token(for: Ticket(booking: try #require(BookingID(booking)), place: 0))
            #expect(try await answer(forged, from: organizer) == "422 invalid_ticket")
            #expect(try await answer("x", from: organizer) == "422 invalid_ticket")
            #expect(try await answer(api.token(booking, place: 1), from: organizer) == "422 invalid_ticket")
            let stranger = try await visitor.signedIn(as: .organizer)
            #expect(try await answer(token, from: stranger) == "403 not_your_event")
            #expect(try await answer(token, from: customer) == "403 forbidden")
            _ = try await customer.delete("/api/booking/\(booking)")
            #expect(try await answer(token, from: organizer) == "409 booking_not_confirmed")
        }
    }
}

extension TestAPI {
    func token(_ booking: String, place: UInt16 = 0) throws -> String {
        try tickets.token(for: Ticket(booking: try #require(BookingID(booking)), place: place))
    }
}

import HTTPTypes
import Testing

@testable import HTTPAPI

/// What a client writes beside what it is asked for changes nothing.
@Suite("Members that nobody asked for", .timeLimit(.minutes(1)))
struct ExtraMemberTests {
    private static let extra =
        #""role": "admin", "id": "x", "user_id": "x", "status": "confirmed", "price": 1, "total": 1, "currency": "XTS""#

    private func withVisitor(_ body: @escaping @Sendable (Caller) async throws -> Void) async throws {
        try await TestAPI().withRouter(body)
    }

    @Test func `nobody makes herself an admin`() async throws {
        try await withVisitor { visitor in
            let registration = try await visitor.post(
                "/api/users/register",
                #"{"email": "m@usher.example", "password": "correct horse", "name": "M", \#(Self.extra)}"#)
            #expect(registration.status == .created)
            #expect(registration["user"]["role"] == "customer")
            var user = visitor
            user.token = registration["token"].string
            let change = try await user.send(.put, "/api/users/profile", #"{"name": "N", \#(Self.extra)}"#)
            #expect(change.status == .ok)
            #expect(change["role"] == "customer")
            #expect(change["id"] == registration["user"]["id"])
        }
    }

    @Test func `nobody makes her own price, or buys in another's name`() async throws {
        try await withVisitor { visitor in
            let event = try await visitor.createEvent()
            let customer = try await visitor.signedIn()
            let hold = try await customer.post("\(event)/hold", #"{"seats": ["A-1-1"], \#(Self.extra)}"#)
            #expect(hold.status == .created)
            #expect(hold["total"] == 8_500)
            #expect(hold["currency"] == "EUR")
            let booking = try await customer.post(
                "/api/booking",
                #"{"hold_id": "\#(hold["hold_id"].string)", "payment": {"token": "tok_wait", "amount": 1}, \#(Self.extra)}"#
            )
            #expect(booking.status == .accepted)
            #expect(booking["status"] == "queued")
            #expect(booking["total"] == 8_500)
            #expect(booking["user_id"] == .string("\(customer.id)"))
        }
    }

    @Test func `nobody holds the house`() async throws {
        try await withVisitor { visitor in
            let event = try await visitor.createEvent {
                $0.replacing(#""max_units_per_customer": 10"#, with: #""max_units_per_customer": 4"#)
            }
            let customer = try await visitor.signedIn()
            var held = 0
            for row in 1...3 {
                for seat in 1...4 {
                    let answer = try await customer.post("\(event)/hold", #"{"seats": ["A-\#(row)-\#(seat)"]}"#)
                    if answer.status == .created { held += 1 } else { #expect(answer.refusal == "409 customer_limit") }
                }
            }
            #expect(held == 4)
        }
    }
}

import Booking
import HTTPTypes
import Inventory
import Testing

@Suite("Payment notices", .timeLimit(.minutes(1)))
struct PaymentRouteTests {
    private func notify(_ caller: Caller, _ body: String, signature: String?) async throws -> Answer {
        var headers: HTTPFields = [:]
        headers[try #require(HTTPField.Name("Test-Signature"))] = signature
        return try await caller.send(.post, "/api/payments/webhook", body, headers: headers)
    }

    @Test(arguments: [nil, "forged"]) func `what is not signed is refused`(_ signature: String?) async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await notify(visitor, "ping", signature: signature)
            #expect(answer.refusal == "400 invalid_signature")
        }
    }

    @Test func `a message about something else is taken and left alone`() async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await notify(visitor, "ping", signature: "signed")
            #expect(answer.status == .ok)
        }
    }

    @Test func `a notice of a booking is taken`() async throws {
        try await TestAPI().withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            let booking = try await ann.book(ann.hold("A-1-1", on: event))
            _ = try await ann.get(booking["links"]["stream"].string)
            #expect(try await notify(visitor, booking["booking_id"].string, signature: "signed").status == .ok)
        }
    }

    @Test func `a notice that cannot be kept while the ledger is away is to be sent again`() async throws {
        try await TestAPI(stores: TestStores(ledger: UnreachableLedger())).withRouter { visitor in
            let booking = BookingID(offering: UniqueID(high: 1, low: 1), own: UniqueID(high: 1, low: 2))
            let answer = try await notify(visitor, "\(booking)", signature: "signed")
            #expect(answer.refusal == "503 ledger_unavailable")
            #expect(answer.headers[.retryAfter] == "1")
        }
    }
}

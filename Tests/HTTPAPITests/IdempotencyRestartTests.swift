import Accounts
import Booking
import HTTPTypes
import Testing

@testable import HTTPAPI

/// Requests that are sent again to a server that has been started anew.
@Suite("Idempotency over a restart", .timeLimit(.minutes(2)))
struct IdempotencyRestartTests {
    @Test(arguments: StorePlace.allCases)
    func `an answer is repeated by the next run`(_ place: StorePlace) async throws {
        try await place.withStores { stores in
            let requests = Requests()
            try await requests.first(stores) { _, answers in
                #expect(answers.map(\.status) == [.created, .created, .accepted])
            }
            try await requests.again(stores) { _, first, second in
                #expect(second.map(\.text) == first.map(\.text))
                #expect(second.map { $0.headers[.location] } == first.map { $0.headers[.location] })
                #expect(second.allSatisfy { $0.headers[.idempotentReplayed] == "true" })
            }
        }
    }

    @Test(arguments: StorePlace.allCases)
    func `what a run did before it died is found by the next`(_ place: StorePlace) async throws {
        try await place.withStores { stores in
            let requests = Requests()
            stores.idempotencyStore.fail(.keep)
            try await requests.first(stores) { _, answers in
                #expect(answers.map(\.status) == [.created, .created, .accepted])
            }
            stores.idempotencyStore.fail()
            try await requests.again(stores) { ann, first, second in
                // The hold has become the booking; a new one on the same seat is not to be had.
                #expect(second.map(\.status) == [.created, .conflict, .accepted])
                #expect(second[0]["id"] == first[0]["id"])
                #expect(second[2]["booking_id"] == first[2]["booking_id"])
                #expect(second.allSatisfy { $0.headers[.idempotentReplayed] == nil })
                let bookings = try await ann.get("/api/users/\(ann.id)/bookings")["items"].items
                let events = try await ann.get("/api/events")["items"].items
                #expect([bookings.count, events.count] == [1, 1])
            }
        }
    }

    @Test(arguments: StorePlace.allCases)
    func `what a run did not do before it died is done by the next`(_ place: StorePlace) async throws {
        try await place.withStores { stores in
            let requests = Requests()
            try await requests.first(stores, queueCapacity: 0) { _, answers in
                #expect(answers[2].refusal == "503 overloaded")
            }
            stores.idempotencyStore.fail(.takeOver)
            try await requests.again(stores) { _, _, second in
                #expect(second[2].refusal == "503 ledger_unavailable")
            }
            stores.idempotencyStore.fail(.keep)
            try await requests.again(stores) { _, _, second in #expect(second[2].status == .accepted) }
            stores.idempotencyStore.fail()
            try await requests.again(stores) { ann, before, second in
                #expect(second[2].status == .accepted)
                #expect(second[2]["booking_id"] == before[2]["booking_id"])
                let bookings = try await ann.get("/api/users/\(ann.id)/bookings")["items"].items
                #expect(bookings.count == 1)
            }
        }
    }

    @Test(arguments: StorePlace.allCases)
    func `a hold that a run made before it died is found by the next`(_ place: StorePlace) async throws {
        try await place.withStores { stores in
            let requests = Requests()
            stores.idempotencyStore.fail(.keep)
            try await requests.first(stores, queueCapacity: 0) { _, answers in #expect(answers[1].status == .created) }
            try await requests.again(stores, queueCapacity: 0) { _, first, second in
                #expect(second[1].status == .created)
                #expect(second[1]["hold_id"] == first[1]["hold_id"])
                #expect(second[0]["id"] == first[0]["id"])
            }
        }
    }
}

/// An event, a hold and a booking, each asked for with a key; and asked for again in the same words.
private actor Requests {
    private var caller: (id: Caller, event: String, hold: String)?
    private var answers: [Answer] = []

    /// Sends them to a new node.
    func first(
        _ stores: TestStores, queueCapacity: Int = 100, _ check: @escaping @Sendable (Caller, [Answer]) throws -> Void
    ) async throws {
        let api = try await TestAPI(queueCapacity: queueCapacity, stores: stores)
        try await api.withRouter { visitor in
            let ann = try await visitor.signedIn(as: .organizer)
            let event = try await ann.post("/api/events", Caller.event, key: "event")
            let path = try #require(event.headers[.location])
            let hold = try await ann.post("\(path)/hold", Self.hold, key: "hold")
            let id = hold["hold_id"].string
            let booking = try await ann.post("/api/booking", Caller.booking(of: id), key: "booking")
            if booking.status == .accepted { _ = try await ann.get(booking["links"]["stream"].string) }
            await self.remember((ann, path, id), [event, hold, booking])
            try check(ann, [event, hold, booking])
        }
    }

    /// Sends them to a node that has been started since.
    func again(
        _ stores: TestStores, queueCapacity: Int = 100,
        _ check: @escaping @Sendable (Caller, _ before: [Answer], _ now: [Answer]) async throws -> Void
    ) async throws {
        let (known, before) = (try #require(caller), answers)
        let api = try await TestAPI(queueCapacity: queueCapacity, stores: stores)
        try await api.withRouter { visitor in
            var ann = visitor
            (ann.id, ann.token) = (known.id.id, known.id.token)
            let now = [
                try await ann.post("/api/events", Caller.event, key: "event"),
                try await ann.post("\(known.event)/hold", Self.hold, key: "hold"),
                try await ann.post("/api/booking", Caller.booking(of: known.hold), key: "booking"),
            ]
            if now[2].status == .accepted { _ = try await ann.get(now[2]["links"]["stream"].string) }
            await self.remember(known, now)
            try await check(ann, before, now)
        }
    }

    private func remember(_ caller: (id: Caller, event: String, hold: String), _ answers: [Answer]) {
        self.caller = caller
        self.answers = answers
    }

    private static let hold = #"{"seats": ["A-1-1"]}"#
}

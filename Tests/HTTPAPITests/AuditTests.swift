import Accounts
import Audit
import HTTPTypes
import Inventory
import Testing

@testable import HTTPAPI

/// Who has done what to an event, as its organizer reads it.
@Suite("Record of changes", .timeLimit(.minutes(1)))
struct AuditTests {
    private func withRouter(_ body: @escaping @Sendable (Caller) async throws -> Void) async throws {
        try await StorePlace.postgres.withStores { stores in
            try await TestAPI(stores: stores).withRouter(body)
        }
    }

    @Test func `what is done to an event is recorded with who did it, by which request, and to which fields`()
        async throws
    {
        try await withRouter { visitor in
            let organizer = try await visitor.signedIn(as: .organizer)
            let admin = try await visitor.signedIn(as: .admin)
            let created = try await organizer.post("/api/events", Caller.event, key: "k1")
            let path = try #require(created.headers[.location], "\(created.text)")
            _ = try await organizer.post("/api/events", Caller.event, key: "k1")
            let changed = try await admin.patch(
                path, #"{"name": "Summer Gala", "cancel_fee_percent": 5}"#, headers: [.requestID: "r1"])
            #expect(changed.status == .ok, "\(changed.text)")
            let block = try await organizer.post("\(path)/blocks", #"{"seats": ["A-1-1"]}"#)
            _ = try await organizer.delete("\(path)/blocks/\(block["block_id"].string)")
            _ = try await organizer.delete(path)

            let list = try await organizer.get("\(path)/audit")
            let items = list["items"].items
            #expect(
                items.map(\.["action"].string) == [
                    "event.cancelled", "block.lifted", "block.made", "event.changed", "event.created",
                ], "\(list.text)")
            #expect(items.map { $0["user_id"].string == "\(organizer.id)" } == [true, true, true, false, true])
            #expect([items[3]["user_id"], items[3]["request_id"]] == ["\(admin.id)", "r1"])
            #expect(items[3]["fields"] == ["name", "cancel_fee_percent"])
            #expect(items[3]["subject"] == .object(["kind": "event", "id": created["id"]]))
            #expect(items[2]["subject"] == .object(["kind": "block", "id": block["block_id"]]))
            #expect(try await admin.get("\(path)/audit").json == list.json)
        }
    }

    @Test func `what is refused is not recorded`() async throws {
        try await withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            #expect(try await organizer.patch(path, #"{"currency": "USD"}"#).status == .unprocessableContent)
            #expect(
                try await organizer.patch(path, #"{"name": "Gala"}"#, headers: [.ifMatch: #""9.ab""#]).status
                    == .preconditionFailed)
            #expect(try await organizer.delete("\(path)/blocks/\(organizer.id)").status == .notFound)
            #expect(try await visitor.signedIn(as: .organizer).delete(path).status == .forbidden)
            #expect(try await organizer.get("\(path)/audit")["items"].items.count == 1)
        }
    }

    @Test func `the record is read page by page, and only from a cursor of its own`() async throws {
        try await withRouter { visitor in
            let (organizer, path) = try await visitor.organizedEvent()
            for number in 0..<6 { _ = try await organizer.patch(path, #"{"name": "Gala \#(number)"}"#) }
            let whole = try await organizer.get("\(path)/audit")["items"].items
            #expect(whole.count == 7)
            var pages: [JSONValue] = []
            var page = try await organizer.get("\(path)/audit?limit=3")
            pages += page["items"].items
            while page["next_cursor"] != .null {
                page = try await organizer.get("\(path)/audit?limit=3&cursor=\(page["next_cursor"].string)")
                pages += page["items"].items
            }
            #expect(pages == whole)
            #expect(try await organizer.get("\(path)/audit?cursor=x").refusal == "400 invalid_cursor")
            #expect(try await organizer.get("\(path)/audit?limit=101").refusal == "400 invalid_query")
            let (_, other) = try await visitor.organizedEvent()
            #expect(try await organizer.get("\(other)/audit").refusal == "403 not_your_event")
        }
    }
}

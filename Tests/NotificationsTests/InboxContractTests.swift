import LocalStack
import PostgresDriver
import Testing

@testable import Notifications

/// The inboxes that keep the same contract.
enum InboxKind: CaseIterable {
    case memory, postgres

    /// Runs `body` with an empty inbox.
    func withInbox(_ body: (any Inbox) async throws -> Void) async throws {
        switch self {
        case .memory:
            try await body(InMemoryInbox())
        case .postgres:
            try await LocalStack.withDatabase { url in
                let client = PostgresClient(configuration: try PostgresConfiguration(url: url), logger: .silent)
                try await running([client]) {
                    _ = try await PostgresMigrator(migrations: NotificationMigrations.all)
                        .migrate(client, logger: .silent)
                    try await body(PostgresInbox(client: client))
                }
            }
        }
    }
}

@Suite("An inbox", .timeLimit(.minutes(1)))
struct InboxContractTests {
    private func key(_ number: Int) throws -> EventKey {
        try #require(EventKey(source: "/usher/shards/1", id: "1:\(number)"))
    }

    @Test("grants an event to one member at a time", arguments: InboxKind.allCases)
    func claims(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let keys = try (1...3).map(key)
            #expect(try await inbox.claim([keys[0], keys[1]], by: "a", for: .seconds(60)) == [.granted, .granted])
            #expect(
                try await inbox.claim([keys[2], keys[1]], by: "b", for: .seconds(60)) == [.granted, .heldByAnother])
            #expect(try await inbox.claim([keys[1]], by: "a", for: .seconds(60)) == [.granted], "its own again")
            #expect(try await inbox.claim([], by: "a", for: .seconds(60)) == [])
        }
    }

    @Test("grants an event never again once its mail is out", arguments: InboxKind.allCases)
    func remembers(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let keys = try (1...3).map(key)
            _ = try await inbox.claim(keys, by: "a", for: .zero)
            try await inbox.remember([keys[2], keys[0]])
            for member in ["a", "b"] {
                let claims = try await inbox.claim(keys, by: member, for: .zero)
                #expect(claims == [.remembered, .granted, .remembered])
            }
            try await inbox.release(keys[0], by: "a")
            #expect(try await inbox.claim([keys[0]], by: "a", for: .zero) == [.remembered])
        }
    }

    @Test("grants an event to another once its lease is over or it was given back", arguments: InboxKind.allCases)
    func leases(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let keys = try (1...2).map(key)
            _ = try await inbox.claim([keys[0]], by: "a", for: .zero)
            _ = try await inbox.claim([keys[1]], by: "a", for: .seconds(60))
            #expect(try await inbox.claim(keys, by: "b", for: .seconds(60)) == [.granted, .heldByAnother])
            try await inbox.release(keys[1], by: "c")
            #expect(try await inbox.claim([keys[1]], by: "b", for: .seconds(60)) == [.heldByAnother])
            try await inbox.release(keys[1], by: "a")
            #expect(try await inbox.claim([keys[1]], by: "b", for: .seconds(60)) == [.granted])
        }
    }

    @Test("gives back all that a member was about to send, and no other member's", arguments: InboxKind.allCases)
    func newLife(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let keys = try (1...4).map(key)
            _ = try await inbox.claim(Array(keys.prefix(3)), by: "a", for: .seconds(60))
            _ = try await inbox.claim([keys[3]], by: "b", for: .seconds(60))
            try await inbox.remember([keys[0]])
            try await inbox.releaseAll(by: "a")
            let claims = try await inbox.claim(keys, by: "c", for: .seconds(60))
            #expect(claims == [.remembered, .granted, .granted, .heldByAnother])
        }
    }

    @Test("tells events of different sources apart", arguments: InboxKind.allCases)
    func sources(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let other = try #require(EventKey(source: "/usher/shards/2", id: "1:1"))
            _ = try await inbox.claim([try key(1)], by: "a", for: .seconds(60))
            #expect(try await inbox.claim([other], by: "b", for: .seconds(60)) == [.granted])
        }
    }

    @Test("forgets what is old, and no live claim", arguments: InboxKind.allCases)
    func prunes(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let keys = try (1...3).map(key)
            _ = try await inbox.claim(Array(keys.prefix(2)), by: "a", for: .zero)
            _ = try await inbox.claim([keys[2]], by: "a", for: .seconds(60))
            try await inbox.remember([keys[0]])
            try await inbox.prune(olderThan: .seconds(3_600))
            #expect(try await inbox.claim([keys[0]], by: "b", for: .zero) == [.remembered])
            try await inbox.prune(olderThan: .zero)
            #expect(try await inbox.claim([keys[0], keys[2]], by: "b", for: .zero) == [.granted, .heldByAnother])
        }
    }

    @Test("grants each event once to many members at the same time", arguments: InboxKind.allCases)
    func races(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let keys = try (1...50).map(key)
            let granted = try await withThrowingTaskGroup { group in
                for member in 0..<8 {
                    let asked = member % 2 == 0 ? keys : keys.reversed()
                    group.addTask {
                        try await inbox.claim(asked, by: "\(member)", for: .seconds(60)).count { $0 == .granted }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(granted == 50)
        }
    }

    @Test("has one row a mail, and one statement for many", arguments: [1, 300])
    func batches(_ count: Int) async throws {
        let inbox = CountingInbox()
        let member = InboxMember(inbox, name: "a", patience: Patience(clock: ContinuousClock(), logger: .silent))
        let keys = try (0..<count).map(key)
        await withTaskGroup { group in
            for key in keys {
                group.addTask {
                    #expect(await member.permission(for: key, logging: [:]) == .granted)
                    await member.remember(key, logging: [:])
                }
            }
        }
        #expect(await inbox.inner.claim(keys, by: "a", for: .zero).allSatisfy { $0 == .remembered })
        #expect(await inbox.calls <= max(2, count / 2))
    }

    @Test(
        "knows no event by a text that a store would refuse",
        arguments: [
            ("", "1"), ("/usher", ""), ("/us her", "1"), ("/usher", "a\0"), ("/usher\n", "1"),
            ("/usher", String(repeating: "x", count: 257)),
        ])
    func keys(_ source: String, _ id: String) {
        #expect(EventKey(source: source, id: id) == nil)
    }
}

/// Counts the statements that it would have been, and takes its time, so that calls gather.
private actor CountingInbox: Inbox {
    nonisolated let inner = InMemoryInbox()
    private(set) var calls = 0

    func claim(_ events: [EventKey], by member: String, for lease: Duration) async -> [InboxClaim] {
        calls += 1
        for _ in 0..<100 { await Task.yield() }
        return await inner.claim(events, by: member, for: lease)
    }

    func remember(_ events: [EventKey]) async {
        calls += 1
        for _ in 0..<100 { await Task.yield() }
        await inner.remember(events)
    }

    func release(_ event: EventKey, by member: String) async { await inner.release(event, by: member) }
    func releaseAll(by member: String) async { await inner.releaseAll(by: member) }
    func prune(olderThan age: Duration) async { await inner.prune(olderThan: age) }
}

import Booking
import Inventory
import Synchronization
import Testing

@testable import Catalog

@Suite(.timeLimit(.minutes(1)))
struct EventListCacheTests {
    private let organizer = UniqueID(high: 1, low: 1)
    private let cache = TestCache()

    @Test(arguments: Backend.allCases)
    func `a page is searched for once, until an event is added, changed or cancelled`(backend: Backend) async throws {
        try await backend.withCatalog(cache: cache) { catalog in
            func names(_ query: EventQuery = EventQuery()) async throws -> [String] {
                try await catalog.events(query).items.map(\.offering.name)
            }
            let first = try await catalog.create(.gala(name: "First"), organizer: organizer, at: .noon)
            #expect(try await names() == ["First"])
            #expect(try await names() == ["First"])
            #expect(cache.reads == 1)
            _ = try await catalog.create(
                .gala(name: "Second", startsAt: .noon + .seconds(1)), organizer: organizer, at: .noon)
            #expect(try await names() == ["First", "Second"])
            var change = EventChange()
            change.startsAt = .noon + .seconds(2)
            _ = try await catalog.change(first.offering.id, by: change)
            #expect(try await names() == ["Second", "First"])
            _ = try await catalog.cancel(first.offering.id, at: .noon)
            #expect(try await catalog.events(EventQuery()).items.last?.offering.isCancelled == true)
            #expect(cache.reads == 4)
        }
    }

    @Test(arguments: Backend.allCases)
    func `what was kept reads as what was found, page by page and question by question`(
        backend: Backend
    ) async throws {
        try await backend.withCatalog(cache: cache) { catalog in
            for number in 0..<5 {
                let draft = EventDraft.gala(name: number < 3 ? "Gala" : "Opera", startsAt: .noon + .seconds(number))
                _ = try await catalog.create(draft, organizer: organizer, at: .noon)
            }
            let first = try await catalog.events(EventQuery(limit: 2))
            let queries = [
                EventQuery(limit: 2), EventQuery(limit: 2, cursor: first.nextCursor), EventQuery(limit: 3),
                EventQuery(text: "opera", limit: 2), EventQuery(text: "none", limit: 2),
                EventQuery(from: .noon + .seconds(2), limit: 2), EventQuery(to: .noon + .seconds(2), limit: 2),
            ]
            var found: [EventPage] = []
            for query in queries { found.append(try await catalog.events(query)) }
            #expect(Set(found).count == queries.count - 1, "two galas are the first page, too")
            for (query, page) in zip(queries, found) { #expect(try await catalog.events(query) == page) }
            #expect(cache.reads == queries.count)
        }
    }
}

/// Keeps everything until a change.
private final class TestCache: ReadCache {
    private struct State {
        var texts: [String: String] = [:]
        var reads = 0
    }

    private let state = Mutex(State())

    /// How often something had to be read.
    var reads: Int { state.withLock { $0.reads } }

    func text<Failure>(
        for question: String, orRead read: () async throws(Failure) -> String
    ) async throws(Failure) -> String {
        if let kept = state.withLock({ $0.texts[question] }) { return kept }
        let text = try await read()
        state.withLock { state in
            state.texts[question] = text
            state.reads += 1
        }
        return text
    }

    func invalidate() async {
        state.withLock { $0.texts = [:] }
    }
}

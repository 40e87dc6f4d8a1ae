public import Booking
public import Inventory
public import PostgresDriver

/// The events that there are, and where the booking engine learns what each has to sell.
public struct Catalog: Sendable {
    private let store: any EventStore
    private let identifiers: any IdentifierSource

    /// A catalog in PostgreSQL, whose `migrations` must have been applied.
    ///
    /// - Parameters:
    ///   - postgres: A client that somebody else runs.
    ///   - identifiers: Makes the events' ids.
    public init(postgres: PostgresClient, identifiers: any IdentifierSource = SystemIdentifierSource()) {
        self.init(store: PostgresEventStore(client: postgres), identifiers: identifiers)
    }

    /// A catalog that ends with the process, for trying the server out and for tests.
    public static func inMemory(identifiers: any IdentifierSource = SystemIdentifierSource()) -> Self {
        Self(store: InMemoryEventStore(), identifiers: identifiers)
    }

    init(store: any EventStore, identifiers: any IdentifierSource) {
        self.store = store
        self.identifiers = identifiers
    }

    /// Puts an event into the catalog.
    ///
    /// - Parameter id: The event's id, when it has been laid down already.
    /// - Throws: `invalidEvent` with the field; `databaseUnavailable`, after which the event may exist nevertheless.
    public func create(
        _ draft: EventDraft, organizer: UniqueID, at now: Timestamp, as id: UniqueID? = nil
    ) async throws(CatalogError) -> Event {
        let offering = try draft.offering(id: id ?? identifiers.next(at: now), organizer: organizer)
        let event = Event(offering: offering, createdAt: now)
        try await store.insert(event)
        return event
    }

    /// The event with this id; nil when there is none.
    ///
    /// - Throws: `databaseUnavailable`.
    public func event(id: UniqueID) async throws(CatalogError) -> Event? {
        try await store.find(id: id)
    }

    /// A page of the events that a query matches.
    ///
    /// An event that is added while a client pages appears if it starts after the last one seen; none is repeated.
    ///
    /// - Throws: `invalidQuery` with the field, `invalidCursor`, `databaseUnavailable`.
    public func events(_ query: EventQuery) async throws(CatalogError) -> EventPage {
        let limit = query.limit ?? 20
        let selection = try EventSelection(query, limit: limit)
        var events = try await store.find(selection, limit: limit + 1)
        guard events.count > limit else { return EventPage(items: events, nextCursor: nil) }
        events.removeLast(events.count - limit)
        return EventPage(items: events, nextCursor: events.last.map { EventPosition(of: $0).cursor })
    }
}

extension Catalog: OfferingCalendar {
    /// What begins at one of these times, in bounded pages.
    public func offerings(startingIn times: Range<Timestamp>) async throws -> [Offering] {
        var query = EventQuery(from: times.lowerBound, to: times.upperBound, limit: 100)
        var offerings: [Offering] = []
        repeat {
            let page = try await events(query)
            offerings += page.items.map(\.offering)
            query.cursor = page.nextCursor
        } while query.cursor != nil
        return offerings
    }
}

extension Catalog: OfferingSource {
    /// What the event with this id has to sell; nil when there is none.
    public func offering(_ id: UniqueID) async throws -> Offering? {
        try await event(id: id)?.offering
    }
}

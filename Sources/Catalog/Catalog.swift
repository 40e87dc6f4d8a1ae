import Audit
public import Booking
public import Inventory
public import PostgresDriver

/// The events that there are, and where the booking engine learns what each has to sell.
public struct Catalog: Sendable {
    /// How often a change is made anew before it is refused.
    private static let tries = 10

    private let store: any EventStore
    /// Nil when every list is searched for.
    private let cache: (any ReadCache)?
    private let identifiers: any IdentifierSource

    /// A catalog in PostgreSQL, whose `migrations` must have been applied.
    ///
    /// - Parameters:
    ///   - postgres: A client that somebody else runs.
    ///   - cache: Keeps for a moment which events a search has found, but not the events.
    ///   - identifiers: Makes the events' ids.
    public init(
        postgres: PostgresClient, cache: (any ReadCache)? = nil,
        identifiers: any IdentifierSource = SystemIdentifierSource()
    ) {
        self.init(store: PostgresEventStore(client: postgres), cache: cache, identifiers: identifiers)
    }

    /// A catalog that ends with the process, for trying the server out and for tests.
    public static func inMemory(identifiers: any IdentifierSource = SystemIdentifierSource()) -> Self {
        Self(store: InMemoryEventStore(), identifiers: identifiers)
    }

    init(store: any EventStore, cache: (any ReadCache)? = nil, identifiers: any IdentifierSource) {
        self.store = store
        self.cache = cache
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
        try await invalidating { () async throws(CatalogError) in try await store.insert(event) }
        return event
    }

    /// Changes an event. What is sold of it stays as it is, and so its layout and currency.
    ///
    /// - Parameter version: What the event's version must be; nil for any.
    /// - Throws: `invalidEvent` with the field; `eventNotFound`, `eventCancelled`; `eventChanged` when the version is
    ///   another; `databaseUnavailable`, after which the event may be changed nevertheless.
    public func change(
        _ id: UniqueID, by change: EventChange, ifVersion version: Int64? = nil
    ) async throws(CatalogError) -> Event {
        try await replace(id, as: .eventChanged) { event throws(CatalogError) in
            guard !event.offering.isCancelled else { throw .eventCancelled }
            var draft = EventDraft(event.offering)
            draft.apply(change)
            let offering = try draft.offering(id: id, organizer: event.offering.organizer)
            // Last: a precondition counts only where the change would be made without it (RFC 9110, section 13.2.1).
            if let version, event.offering.version != version { throw .eventChanged }
            return offering
        }
    }

    /// Cancels an event for good; one that is cancelled already stays as it is.
    ///
    /// - Throws: `eventNotFound`; `databaseUnavailable`, after which the event may be cancelled nevertheless.
    public func cancel(_ id: UniqueID, at now: Timestamp) async throws(CatalogError) -> Event {
        try await replace(id, as: .eventCancelled) { event throws(CatalogError) in
            guard !event.offering.isCancelled else { return nil }
            var offering = event.offering
            offering.cancelledAt = now
            return offering
        }
    }

    /// Puts what `change` makes of an event in its place. Somebody else may be quicker, and then it is made anew.
    private func replace(
        _ id: UniqueID, as action: AuditedChange.Action, _ change: (Event) throws(CatalogError) -> Offering?
    ) async throws(CatalogError) -> Event {
        for _ in 0..<Self.tries {
            guard let event = try await store.find(id: id) else { throw .eventNotFound }
            guard var offering = try change(event) else { return event }
            offering.version = event.offering.version + 1
            let changed = Event(offering: offering, createdAt: event.createdAt)
            let record = AuditedChange(
                action, of: id, event: id,
                fields: EventDraft(offering).fields(unlike: EventDraft(event.offering)))
            let isReplaced = try await invalidating { () async throws(CatalogError) in
                try await store.replace(changed, recording: record)
            }
            if isReplaced { return changed }
        }
        throw .eventChanged
    }

    /// Also after an error, since the change may have been made.
    private func invalidating<Result>(
        _ change: () async throws(CatalogError) -> Result
    ) async throws(CatalogError) -> Result {
        do throws(CatalogError) {
            let result = try await change()
            await cache?.invalidate()
            return result
        } catch {
            await cache?.invalidate()
            throw error
        }
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
        guard let cache else { return try await search(selection, limit: limit) }
        var found: EventPage?
        let text = try await cache.text(for: "\(limit) \(selection.question)") { () async throws(CatalogError) in
            let page = try await search(selection, limit: limit)
            found = page
            return EventPageRecord(page).text
        }
        if let found { return found }
        if let kept = try await page(EventPageRecord(text: text)) { return kept }
        return try await search(selection, limit: limit)
    }

    /// The events of a page that was found before; nil when they are not all there.
    private func page(_ record: EventPageRecord?) async throws(CatalogError) -> EventPage? {
        guard let record else { return nil }
        let events = try await store.find(ids: record.ids)
        guard events.count == record.ids.count else { return nil }
        return EventPage(items: events, nextCursor: record.nextCursor)
    }

    private func search(_ selection: EventSelection, limit: Int) async throws(CatalogError) -> EventPage {
        var events = try await store.find(selection, limit: limit + 1)
        guard events.count > limit else { return EventPage(items: events, nextCursor: nil) }
        events.removeLast(events.count - limit)
        return EventPage(items: events, nextCursor: events.last.map { EventPosition(of: $0).cursor })
    }
}

extension Catalog: OfferingCalendar {
    /// What begins at one of these times and is not cancelled, in bounded pages.
    public func offerings(startingIn times: Range<Timestamp>) async throws -> [Offering] {
        var query = EventQuery(from: times.lowerBound, to: times.upperBound, limit: 100)
        var offerings: [Offering] = []
        repeat {
            let page = try await events(query)
            offerings += page.items.map(\.offering).filter { !$0.isCancelled }
            query.cursor = page.nextCursor
        } while query.cursor != nil
        return offerings
    }
}

extension Catalog: CancelledOfferings {
    /// Cancelled events of which it was not recorded that all their bookings are cancelled.
    public func cancelledOfferings(limit: Int) async throws -> [Offering] {
        try await store.findCancelled(limit: limit).map(\.offering)
    }

    /// Records that all bookings of a cancelled event are cancelled.
    public func recordAllCancelled(of offering: UniqueID) async throws {
        try await store.recordAllCancelled(of: offering)
    }
}

extension CatalogError {
    fileprivate static let eventNotFound = Self(.eventNotFound, "There is no such event.")
    fileprivate static let eventCancelled = Self(
        .eventCancelled, "The event has been cancelled and does not change any more.")
    fileprivate static let eventChanged = Self(
        .eventChanged, "The event has been changed meanwhile. Read it again, and see whether your change still fits.")
}

extension Catalog: OfferingSource {
    /// What the event with this id has to sell; nil when there is none.
    public func offering(_ id: UniqueID) async throws -> Offering? {
        try await event(id: id)?.offering
    }
}

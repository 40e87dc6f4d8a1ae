import Accounts
import Booking
import Catalog
import HTTPTypes
import Hummingbird
import Inventory
import NIOCore

/// Events: what there is, and what of it is left.
struct EventRoutes: Sendable {
    let gate: Gate
    let catalog: Catalog
    let bookings: BookingService
    let offerings: OfferingService
    let clock: any BookingClock
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/api/events", for: gate.everybody) { request, _, _ in try await list(request) }
        routes.once(.post, "/api/events", for: gate.roles(.organizer, .admin)) { request, _, identity, planned in
            try await create(request, organizer: identity.userID, as: planned)
        }
        routes.on(.get, "/api/events/{id}", for: gate.everybody) { request, context, _ in
            try await event(try context.eventID, for: request)
        }
        routes.on(.patch, "/api/events/{id}", for: gate.event(.organizer, .admin)) { request, _, granted in
            try await change(granted.subject, request)
        }
        routes.on(.delete, "/api/events/{id}", for: gate.event(.organizer, .admin)) { _, _, granted in
            try await cancel(granted.subject.offering.id)
        }
        routes.on(.get, "/api/events/{id}/seats", for: gate.everybody) { request, context, _ in
            let seats = try await bookings.seatMap(of: try context.eventID, section: Query(request)["section"])
            return .cacheable(bytes: seats.json, for: request)
        }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = Query(request)
        let page = try await catalog.events(
            EventQuery(
                text: query["q"], venue: query["venue"], from: try query.timestamp("from"),
                to: try query.timestamp("to"),
                limit: try query.integer("limit", in: 1...100), cursor: query["cursor"]))
        let counts = await bookings.availabilities(of: page.items.map(\.offering))
        let items = page.items.map { EventBody($0, availability: counts[$0.offering.id]) }
        return .cacheable(bytes: try ListBody(items: items, nextCursor: page.nextCursor).json, for: request)
    }

    private func create(
        _ request: Request, organizer: UniqueID, as planned: PlannedID?
    ) async throws -> BufferedResponse {
        let draft = try await json.read(EventDraftBody.self, from: request).draft
        let event = try await planned.find {
            try await earlierEvent($0, of: organizer)
        } orCreate: {
            try await catalog.create(draft, organizer: organizer, at: clock.timestamp, as: $0)
        }
        return try .json(
            EventBody(event, availability: .untouched(event.offering.layout)), status: .created,
            location: "/api/events/\(event.offering.id)")
    }

    private func earlierEvent(_ id: UniqueID, of organizer: UniqueID) async throws -> Event? {
        guard let event = try await catalog.event(id: id), event.offering.organizer == organizer else { return nil }
        return event
    }

    private func event(_ id: UniqueID, for request: Request) async throws -> Response {
        guard let event = try await catalog.event(id: id) else { throw Problem.eventNotFound }
        return .cacheable(bytes: try await body(of: event), for: request, version: event.offering.version)
    }

    private func body(of event: Event) async throws -> ByteBuffer {
        try EventBody(event, availability: try await bookings.availability(of: event.offering.id)).json
    }
}

// MARK: - Organizers

extension EventRoutes {
    private func change(_ event: Event, _ request: Request) async throws -> Response {
        let change = try await json.read(EventChangeBody.self, from: request).change
        let versions = request.ifMatchVersions
        // None of several that the caller knows is as good as one that it is not.
        let version = versions.map { $0.contains(event.offering.version) ? event.offering.version : 0 }
        return try await answer(event.offering.id) {
            try await catalog.change(event.offering.id, by: change, ifVersion: version)
        }
    }

    private func cancel(_ id: UniqueID) async throws -> Response {
        try await answer(id) { try await catalog.cancel(id, at: clock.timestamp) }
    }

    /// Has what is sold go by a change, also by one that may have been recorded only.
    private func answer(_ id: UniqueID, _ change: () async throws -> Event) async throws -> Response {
        let changed: Event
        do {
            changed = try await change()
        } catch {
            if (error as? CatalogError)?.code == .databaseUnavailable { offerings.review(id) }
            throw error
        }
        await offerings.follow(changed.offering)
        let bytes = try await body(of: changed)
        let tag = EntityTag(of: bytes, version: changed.offering.version)
        return .json(bytes: bytes, headers: [.eTag: tag.text])
    }
}

extension Availability {
    /// An event's counts before anybody has asked for a place.
    fileprivate static func untouched(_ layout: Layout) -> Availability {
        Availability(
            version: 0,
            sections: layout.sections.map { section in
                Section(name: section.name, available: section.capacity, held: 0, booked: 0)
            })
    }
}

import Accounts
import Booking
import Catalog
import HTTPTypes
import Hummingbird
import Inventory

/// Events: what there is, and what of it is left.
struct EventRoutes: Sendable {
    let gate: Gate
    let catalog: Catalog
    let bookings: BookingService
    let clock: any BookingClock
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/api/events", for: gate.everybody) { request, _, _ in try await list(request) }
        routes.once(.post, "/api/events", for: gate.roles(.organizer, .admin)) { request, _, identity, planned in
            try await create(request, organizer: identity.userID, as: planned)
        }
        routes.on(.get, "/api/events/{id}", for: gate.everybody) { _, context, _ in
            try await event(try context.eventID)
        }
        routes.on(.get, "/api/events/{id}/seats", for: gate.everybody) { request, context, _ in
            let seats = try await bookings.seatMap(of: try context.eventID, section: Query(request)["section"])
            return .json(bytes: seats.json)
        }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = Query(request)
        let page = try await catalog.events(
            EventQuery(
                text: query["q"], from: try query.timestamp("from"), to: try query.timestamp("to"),
                limit: try query.integer("limit", in: 1...100), cursor: query["cursor"]))
        return try .json(ListBody(items: page.items.map { EventBody($0) }, nextCursor: page.nextCursor))
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

    private func event(_ id: UniqueID) async throws -> Response {
        guard let event = try await catalog.event(id: id) else { throw Problem.eventNotFound }
        return try .json(EventBody(event, availability: try await bookings.availability(of: id)))
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

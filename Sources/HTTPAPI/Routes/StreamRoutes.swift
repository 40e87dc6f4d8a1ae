import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Server-sent events, and the tickets for clients that cannot send headers.
struct StreamRoutes: Sendable {
    let gate: Gate
    let bookings: BookingService
    let tokens: Tokens
    let json: JSONReader
    let streams: EventStreams
    let broadcasts: SeatBroadcasts
    let places: StreamPlaces

    func add(to routes: inout RouteTable) {
        routes.on(
            .get, "/api/booking/{id}/stream", for: gate.bookingStream(.owner, .organizer, .admin)
        ) { request, context, granted in
            try await stream(granted, to: request, context)
        }
        routes.on(.get, "/api/events/{id}/stream", for: gate.everybody) { request, context, _ in
            try await seats(of: context.eventID, to: request, context)
        }
        routes.on(.post, "/api/stream-tickets", for: gate.signedIn) { request, _, identity in
            try await ticket(request, for: identity)
        }
    }

    private func stream(
        _ granted: Granted<Booking>, to request: Request, _ context: APIContext
    ) async throws -> Response {
        let booking = granted.subject
        let seenVersion = request.headers[.lastEventID].flatMap { Int64($0) } ?? 0
        // The client has seen the end: 204 tells an EventSource to connect no more.
        if booking.status.isFinal, seenVersion >= booking.version { return Response(status: .noContent) }
        let place = try places.take(for: granted.identity, address: context.clientAddress)
        let stream = BookingStream(
            updates: try await bookings.updates(of: booking.id), seenVersion: seenVersion, streams: streams)
        return stream.response(on: context.channel, in: place)
    }

    private func seats(of event: UniqueID, to request: Request, _ context: APIContext) async throws -> Response {
        let section = Query(request)["section"]
        let offering = try await bookings.offering(event)
        guard SeatScope(section: section, of: offering.layout) != nil else {
            throw Problem(.unprocessableContent, "unknown_unit", "The event has no such section.")
        }
        let reader = await gate.authenticator.knownIdentity(of: request, readingStream: EventLinks.stream(event))
        let stream = SeatStream(
            event: event, section: section, seen: request.headers[.lastEventID].flatMap { SeatPosition($0) },
            streams: streams, broadcasts: broadcasts)
        return stream.response(
            on: context.channel, in: try places.take(for: reader, address: context.clientAddress))
    }

    private func ticket(_ request: Request, for identity: Identity) async throws -> Response {
        let body = try await json.read(TicketRequestBody.self, from: request)
        let stream: String
        if let id = BookingLinks.booking(ofStream: body.stream) {
            _ = try await gate.booking(id, for: identity, as: [.owner, .organizer, .admin])
            stream = BookingLinks.stream(id)
        } else if let id = EventLinks.event(ofStream: body.stream) {
            stream = EventLinks.stream(try await bookings.offering(id).id)
        } else {
            throw Problem(.unprocessableContent, "unknown_stream", "There is no stream at this path.")
        }
        let ticket = tokens.issueStreamTicket(for: stream, to: identity)
        return try .json(
            TicketBody(ticket, stream: stream), status: .created, headers: [.cacheControl: "no-store"])
    }
}

extension HTTPField.Name {
    /// `Last-Event-ID`: what an EventSource has seen before it lost the connection.
    fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID")!
}

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
    let heartbeatInterval: Duration

    func add(to routes: inout RouteTable) {
        routes.on(
            .get, "/api/booking/{id}/stream", for: gate.bookingStream(.owner, .organizer, .admin)
        ) { request, _, granted in
            try await stream(granted.subject, to: request)
        }
        routes.on(.post, "/api/stream-tickets", for: gate.signedIn) { request, _, identity in
            try await ticket(request, for: identity)
        }
    }

    private func stream(_ booking: Booking, to request: Request) async throws -> Response {
        let seenVersion = request.headers[.lastEventID].flatMap { Int64($0) } ?? 0
        // The client has seen the end: 204 tells an EventSource to connect no more.
        if booking.status.isFinal, seenVersion >= booking.version { return Response(status: .noContent) }
        let stream = BookingStream(
            updates: try await bookings.updates(of: booking.id), seenVersion: seenVersion,
            heartbeatInterval: heartbeatInterval)
        return stream.response()
    }

    private func ticket(_ request: Request, for identity: Identity) async throws -> Response {
        let body = try await json.read(TicketRequestBody.self, from: request)
        guard let id = BookingLinks.booking(ofStream: body.stream) else {
            throw Problem(.unprocessableContent, "unknown_stream", "There is no stream at this path.")
        }
        _ = try await gate.booking(id, for: identity, as: [.owner, .organizer, .admin])
        let stream = BookingLinks.stream(id)
        let ticket = try await tokens.issueStreamTicket(for: stream, userID: identity.userID, role: identity.role)
        return try .json(
            TicketBody(ticket, stream: stream), status: .created, headers: [.cacheControl: "no-store"])
    }
}

extension HTTPField.Name {
    /// `Last-Event-ID`: what an EventSource has seen before it lost the connection.
    fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID")!
}

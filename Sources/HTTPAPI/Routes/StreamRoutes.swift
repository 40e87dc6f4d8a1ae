import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Server-sent events, and the tickets for clients that cannot send headers.
struct StreamRoutes: Sendable {
    let bookings: BookingService
    let access: BookingAccess
    let tokens: Tokens
    let authenticator: Authenticator
    let json: JSONReader
    let heartbeatInterval: Duration

    func add(to routes: inout RouteTable) {
        // Open as far as headers go: a ticket may come in the query instead.
        routes.open(.get, "/api/booking/{id}/stream") { request, context in
            try await bookingStream(request, of: try context.bookingID)
        }
        routes.on(.post, "/api/stream-tickets") { request, _, identity in
            try await ticket(request, for: identity)
        }
    }

    private func bookingStream(_ request: Request, of id: BookingID) async throws -> Response {
        let identity = try await authenticator.identity(of: request, readingStream: BookingLinks.stream(id))
        let booking = try await access.booking(id, for: identity)
        let seenVersion = request.headers[.lastEventID].flatMap { Int64($0) } ?? 0
        // The client has seen the end: 204 tells an EventSource to connect no more.
        if booking.status.isFinal, seenVersion >= booking.version { return Response(status: .noContent) }
        let stream = BookingStream(
            updates: try await bookings.updates(of: id), seenVersion: seenVersion,
            heartbeatInterval: heartbeatInterval)
        return stream.response()
    }

    private func ticket(_ request: Request, for identity: Identity) async throws -> Response {
        let body = try await json.read(TicketRequestBody.self, from: request)
        guard let id = BookingLinks.booking(ofStream: body.stream) else {
            throw Problem(.unprocessableContent, "unknown_stream", "There is no stream at this path.")
        }
        _ = try await access.booking(id, for: identity)
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

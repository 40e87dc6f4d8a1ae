import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Bookings: buying what a hold has.
struct BookingRoutes: Sendable {
    let gate: Gate
    let bookings: BookingService
    let tokens: Tokens
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.once(.post, "/api/booking", for: gate.signedIn) { request, _, identity, planned in
            try await book(request, for: identity, as: planned)
        }
        routes.on(.get, "/api/booking/{id}", for: gate.booking(.owner, .organizer, .admin)) { _, _, granted in
            .json(bytes: body(of: granted.subject, for: granted.identity).json)
        }
        routes.once(.delete, "/api/booking/{id}", for: gate.booking(.owner)) { _, _, granted, _ in
            let booking = try await bookings.cancel(granted.subject.id, of: granted.identity.userID)
            return BufferedResponse(status: .ok, body: BookingBody(booking).json)
        }
    }

    private func book(
        _ request: Request, for identity: Identity, as planned: PlannedID?
    ) async throws -> BufferedResponse {
        let body = try await json.read(BookingRequestBody.self, from: request)
        let booking = try await planned.find {
            try await earlierBooking(BookingID(offering: body.holdID.offering, own: $0), of: identity)
        } orCreate: {
            try await bookings.book(body.holdID, for: Customer(identity), paymentToken: body.payment.token, as: $0)
        }
        return BufferedResponse(
            status: .accepted, location: BookingLinks.booking(booking.id),
            body: self.body(of: booking, for: identity).json)
    }

    private func earlierBooking(_ id: BookingID, of identity: Identity) async throws -> Booking? {
        do {
            let booking = try await bookings.booking(id)
            return booking.customer.id == identity.userID ? booking : nil
        } catch  where error.code == .bookingNotFound {
            return nil
        }
    }

    /// The owner gets a ticket with the link to the stream; others may ask for one.
    private func body(of booking: Booking, for identity: Identity) -> BookingBody {
        guard booking.customer.id == identity.userID, !booking.status.isFinal else { return BookingBody(booking) }
        let ticket = tokens.issueStreamTicket(for: BookingLinks.stream(booking.id), to: identity)
        return BookingBody(booking, ticket: ticket.text)
    }
}

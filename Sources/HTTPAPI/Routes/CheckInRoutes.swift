import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory
import Tickets

/// The door: tickets are taken once.
struct CheckInRoutes: Sendable {
    let gate: Gate
    let offerings: OfferingService
    let tickets: TicketVerifier
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.on(.post, "/api/tickets/check-in", for: gate.roles(.staff, .organizer, .admin)) { request, _, identity in
            let body = try await json.read(CheckInRequestBody.self, from: request)
            let ticket = try ticket(body.token)
            // Whose event it is stands in the ticket, not in the path.
            _ = try await gate.event(ticket.booking.offering, for: identity, as: [.staff, .organizer, .admin])
            let (checkIn, booking) = try await offerings.checkIn(
                ticket.booking, place: Int(ticket.place), by: identity.userID, gate: body.gate)
            return .json(bytes: CheckInBody(checkIn, of: booking).json)
        }
    }

    private func ticket(_ token: String) throws -> Ticket {
        do {
            return try tickets.verify(token)
        } catch {
            throw Problem(.unprocessableContent, "invalid_ticket", "\(error.message).")
        }
    }
}

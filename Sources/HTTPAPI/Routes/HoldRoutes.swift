import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Holds: places set aside for a customer while she decides.
struct HoldRoutes: Sendable {
    let gate: Gate
    let bookings: BookingService
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.once(.post, "/api/events/{id}/hold", for: gate.signedIn) { request, context, identity, planned in
            try await place(request, on: try context.eventID, for: identity, as: planned)
        }
        routes.on(.get, "/api/events/{id}/hold/{hold_id}", for: gate.hold) { _, _, granted in
            .json(bytes: granted.subject.json)
        }
        routes.on(.patch, "/api/events/{id}/hold/{hold_id}", for: gate.hold) { _, _, granted in
            .json(bytes: try await bookings.extend(granted.subject.id, of: granted.identity.userID).json)
        }
        routes.on(.delete, "/api/events/{id}/hold/{hold_id}", for: gate.hold) { _, _, granted in
            try await bookings.release(granted.subject.id, of: granted.identity.userID)
            return Response(status: .noContent)
        }
    }

    private func place(
        _ request: Request, on event: UniqueID, for identity: Identity, as planned: PlannedID?
    ) async throws -> BufferedResponse {
        let body = try await json.read(HoldRequestBody.self, from: request)
        let hold = try await planned.find {
            try await earlierHold(HoldID(offering: event, own: $0), of: identity)
        } orCreate: {
            try await bookings.hold(on: event, for: Customer(identity), body.request, as: $0)
        }
        return BufferedResponse(
            status: .created, location: "/api/events/\(event)/hold/\(hold.id)", body: hold.json)
    }

    /// Nil when there is none; one that has ended is refused, as it is to anybody who asks for it.
    private func earlierHold(_ id: HoldID, of identity: Identity) async throws -> Hold? {
        do {
            return try await bookings.hold(id, of: identity.userID)
        } catch  where error.code == .holdNotFound {
            return nil
        }
    }
}

extension Customer {
    init(_ identity: Identity) {
        self.init(id: identity.userID, email: identity.email)
    }
}

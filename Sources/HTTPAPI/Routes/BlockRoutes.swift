import Accounts
import Booking
import Catalog
import HTTPTypes
import Hummingbird
import Inventory

/// Blocks: places that an organizer takes off sale together and puts back together; and what has become of a place.
struct BlockRoutes: Sendable {
    let gate: Gate
    let offerings: OfferingService
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        let organizers = gate.event(.organizer, .admin)
        routes.once(.post, "/api/events/{id}/blocks", for: organizers) { request, _, granted, planned in
            let body = try await json.read(BlockRequestBody.self, from: request)
            let event = granted.subject.offering.id
            let block = try await planned.find { id in
                try await offerings.blocks(of: event).first { $0.id == id }
            } orCreate: {
                try await offerings.block(
                    body.places, of: event, reason: body.reason, by: granted.identity.userID, as: $0)
            }
            return try .json(
                BlockBody(block), status: .created, location: "/api/events/\(event)/blocks/\(block.id)")
        }
        routes.on(.get, "/api/events/{id}/blocks", for: organizers) { _, _, granted in
            let blocks = try await offerings.blocks(of: granted.subject.offering.id)
            return try .json(ListBody(items: blocks.map(BlockBody.init), nextCursor: nil))
        }
        routes.on(.delete, "/api/events/{id}/blocks/{block_id}", for: organizers) { _, context, granted in
            guard let id = context.parameters.get("block_id").flatMap({ UniqueID($0) }) else {
                throw Problem.notFound("block_not_found", "The event has no such block.")
            }
            try await offerings.unblock(id, of: granted.subject.offering.id, by: granted.identity.userID)
            return Response(status: .noContent)
        }
        routes.on(.get, "/api/events/{id}/seats/{unit}/history", for: organizers) { _, context, granted in
            let offering = granted.subject.offering
            guard let unit = context.parameters.get("unit"), offering.layout.unit(named: unit) != nil else {
                throw Problem.notFound("unit_not_found", "The event has no such seat or section.")
            }
            let history = try await offerings.history(ofUnit: unit, on: offering.id)
            return try .json(ListBody(items: UnitEventBody.all(of: history), nextCursor: nil))
        }
    }
}

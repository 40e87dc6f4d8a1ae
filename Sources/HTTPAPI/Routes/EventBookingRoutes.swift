import Accounts
import Booking
import Catalog
import HTTPTypes
import Hummingbird
import Inventory
import NIOCore

/// An event's bookings, for those who sell it.
struct EventBookingRoutes: Sendable {
    /// Bookings that are in memory at a time while a table is written.
    private static let page = 500

    let gate: Gate
    let offerings: OfferingService

    func add(to routes: inout RouteTable) {
        let organizers = gate.event(.organizer, .admin)
        routes.on(.get, "/api/events/{id}/bookings", for: organizers) { request, _, granted in
            try await list(request, of: granted.subject.offering.id)
        }
        routes.on(.get, "/api/events/{id}/bookings.csv", for: organizers) { request, _, granted in
            try await sheet(request, of: granted.subject.offering.id)
        }
    }

    private func list(_ request: Request, of event: UniqueID) async throws -> Response {
        let query = Query(request)
        let limit = try query.integer("limit", in: 1...100) ?? 20
        let cursor = try query["cursor"].map { text in
            guard let id = UniqueID(text) else {
                throw BookingError(
                    .invalidCursor, "The cursor is not one that this list gave out. Begin again without one.")
            }
            return id
        }
        // One more than asked for tells whether another page follows.
        let found = try await offerings.bookings(
            on: event, status: try query.bookingStatus, after: cursor, limit: limit + 1)
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.id.own.description : nil
        let items = page.map { BookingBody($0, email: $0.customer.email) }
        return .json(bytes: BookingList(items: items, nextCursor: next).json)
    }

    /// Page after page, so that it costs little memory however many there are. One that fails in the middle ends the
    /// connection without the end of the body, which its reader notices.
    private func sheet(_ request: Request, of event: UniqueID) async throws -> Response {
        let status = try Query(request).bookingStatus
        let first = try await offerings.bookings(on: event, status: status, after: nil, limit: Self.page)
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8; header=present",
            .contentDisposition: "attachment; filename=\"bookings-\(event).csv\"", .cacheControl: "no-store",
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: BookingSheet.heading))
                var page = first
                while !page.isEmpty {
                    try await writer.write(BookingSheet.lines(page))
                    guard page.count == Self.page, let last = page.last?.id.own else { break }
                    page = try await offerings.bookings(on: event, status: status, after: last, limit: Self.page)
                }
                try await writer.finish(nil)
            })
    }
}

extension Query {
    /// The status that bookings are asked for by; nil for any.
    fileprivate var bookingStatus: BookingStatus? {
        get throws {
            guard let text = self["status"] else { return nil }
            guard let status = BookingStatus(rawValue: text), status != .processing else {
                throw Problem.invalidQuery("status", "must be `queued`, `confirmed`, `failed` or `cancelled`")
            }
            return status
        }
    }
}

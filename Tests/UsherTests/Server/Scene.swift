import Foundation
import NIOHTTP1
import Testing

/// An event with holds and bookings of two customers, in which somebody sends a bad request.
struct Scene {
    /// What a bad request must not change.
    struct State: Hashable {
        let counts: [Int?]
        let statuses: [String]
        let bookings: Int64
        let charges: Int64
    }

    let server: ServerProcess
    let organizer: TestUser
    /// Has a hold on `STALLS-1-1`, and let one go on `STALLS-1-4`.
    let customer: TestUser
    /// Has a hold on `STALLS-1-2` and has bought `STALLS-1-3`.
    let event: EventAnswer
    private let ids: [String: String]

    init(at server: ServerProcess) async throws {
        self.server = server
        organizer = try await .organizer(at: server)
        customer = try await .registered(at: server)
        event = try await organizer.createEvent()
        let foreigner = try await TestUser.registered(at: server)
        let hold = try await customer.hold("STALLS-1-1", of: event)
        let foreignHold = try await foreigner.hold("STALLS-1-2", of: event)
        let booking = try await foreigner.book(try await foreigner.hold("STALLS-1-3", of: event))
        _ = try await foreigner.end(ofBooking: booking.bookingId)
        let own = try await customer.hold("STALLS-1-6", of: event)
        let ownBooking = try await customer.book(own)
        _ = try await customer.end(ofBooking: ownBooking.bookingId)
        let released = try await customer.hold("STALLS-1-4", of: event)
        _ = try await customer.api.send(.DELETE, "/api/events/\(event.id)/hold/\(released.holdId)")
        ids = [
            "{event}": event.id, "{other_event}": try await organizer.createEvent().id, "{hold}": hold.holdId,
            "{foreign_hold}": foreignHold.holdId, "{booked_hold}": own.holdId, "{released_hold}": released.holdId,
            "{foreign_booking}": booking.bookingId, "{unknown_booking}": hold.holdId, "{foreigner}": foreigner.id,
            "{token}": customer.api.token ?? "",
            "{ticket}": ownBooking.links.stream.split(separator: "ticket=").last.map(String.init) ?? "",
        ]
    }

    func send(_ request: BadRequest) async throws -> APIClient.Answer {
        var headers = HTTPHeaders()
        if request.body != nil { headers.add(name: "content-type", value: request.contentType) }
        var api = APIClient(baseURL: server.url)
        switch request.sender {
        case .customer: api.token = customer.api.token
        case .organizer: api.token = organizer.api.token
        case .nobody: break
        case .bearer(let token): api.token = filled(token)
        case .authorization(let value): headers.add(name: "authorization", value: value)
        }
        let body = request.body.map { body in
            // A body that is no UTF-8 has no placeholder either.
            String(data: body, encoding: .utf8).map { Data(filled($0).utf8) } ?? body
        }
        return try await api.send(request.method, filled(request.path), body: body, headers: headers)
    }

    func state() async throws -> State {
        let database = TestDatabase(url: server.settings.database)
        return State(
            counts: try await customer.counts(of: event),
            statuses: try await customer.seats(of: event).seats.map(\.status),
            bookings: try await database.number("SELECT count(*) FROM bookings WHERE offering = '\(event.id)'"),
            charges: try await database.number(
                "SELECT count(*) FROM simulated_charges JOIN bookings ON id = booking WHERE offering = '\(event.id)'"))
    }

    private func filled(_ text: String) -> String {
        guard text.contains("{") else { return text }
        return ids.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }
}

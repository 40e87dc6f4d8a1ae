import Accounts
import Booking
import Catalog
import Hummingbird
import Inventory

/// The one place where it is checked who may do what.
///
/// Who may not know that a thing exists is told that it does not: holds, bookings and users are hidden from strangers.
/// Events are public, so a stranger to one is told that it is another's.
struct Gate: Sendable {
    let authenticator: Authenticator
    let catalog: Catalog
    let bookings: BookingService

    let everybody = Access<Void>(callers: ["everybody"]) { _, _ in }

    /// Any user, whatever the role.
    var signedIn: Access<Identity> {
        Access(callers: ["signed in"]) { request, _ in try await authenticator.identity(of: request) }
    }

    func roles(_ roles: Role...) -> Access<Identity> {
        Access(callers: roles.map(\.rawValue)) { request, _ in
            let identity = try await authenticator.identity(of: request)
            guard roles.contains(identity.role) else { throw Problem.forbidden(identity.role) }
            return identity
        }
    }

    /// The user whose id is the path's `user_id`.
    func user(_ standings: Standing...) -> Access<Granted<UniqueID>> {
        Access(callers: standings.map(\.rawValue)) { request, context in
            let identity = try await authenticator.identity(of: request)
            guard let user = context.parameters.get("user_id").flatMap({ UniqueID($0) }),
                identity.has(standings, ownerIs: user)
            else { throw Problem.userNotFound }
            return Granted(identity: identity, subject: user)
        }
    }

    /// The event whose id is the path's `id`.
    func event(_ standings: Standing...) -> Access<Granted<Event>> {
        Access(callers: standings.map(\.rawValue)) { request, context in
            let identity = try await authenticator.identity(of: request)
            guard standings.contains(where: { identity.role.allows($0) }) else {
                throw Problem.forbidden(identity.role)
            }
            return try await event(context.eventID, for: identity, as: standings)
        }
    }

    /// An event that no path names.
    func event(_ id: UniqueID, for identity: Identity, as standings: [Standing]) async throws -> Granted<Event> {
        guard let event = try await catalog.event(id: id) else { throw Problem.eventNotFound }
        let isOrganizer = standings.contains(.organizer) && event.offering.organizer == identity.userID
        guard isOrganizer || identity.has(standings, ownerIs: nil) else { throw Problem.notYourEvent }
        return Granted(identity: identity, subject: event)
    }

    /// The hold whose id is the path's `hold_id`, for whoever has it.
    var hold: Access<Granted<Hold>> {
        Access(callers: [Standing.owner.rawValue]) { request, context in
            let identity = try await authenticator.identity(of: request)
            return Granted(identity: identity, subject: try await bookings.hold(context.holdID, of: identity.userID))
        }
    }

    /// The booking whose id is the path's `id`.
    func booking(_ standings: Standing...) -> Access<Granted<Booking>> {
        Access(callers: standings.map(\.rawValue)) { request, context in
            let identity = try await authenticator.identity(of: request)
            return try await booking(context.bookingID, for: identity, as: standings)
        }
    }

    /// The same for its stream, which a ticket opens too.
    func bookingStream(_ standings: Standing...) -> Access<Granted<Booking>> {
        Access(callers: standings.map(\.rawValue)) { request, context in
            let id = try context.bookingID
            let identity = try await authenticator.identity(of: request, readingStream: BookingLinks.stream(id))
            return try await booking(id, for: identity, as: standings)
        }
    }

    /// A booking that no path names.
    func booking(
        _ id: BookingID, for identity: Identity, as standings: [Standing]
    ) async throws -> Granted<Booking> {
        let booking = try await bookings.booking(id)
        let isAllowed =
            if identity.has(standings, ownerIs: booking.customer.id) {
                true
            } else if standings.contains(.organizer), identity.role == .organizer {
                // Only organizers have events; asking brings the event's inventory into memory.
                try await bookings.organizer(of: id.offering) == identity.userID
            } else {
                false
            }
        guard isAllowed else { throw Problem.bookingNotFound }
        return Granted(identity: identity, subject: booking)
    }
}

extension Identity {
    /// Whether the role or the ownership gives one of these standings. It cannot tell whose an event is.
    fileprivate func has(_ standings: [Standing], ownerIs owner: UniqueID?) -> Bool {
        standings.contains { standing in
            switch standing {
            case .owner: userID == owner
            case .organizer: false
            case .staff: role == .staff
            case .admin: role == .admin
            }
        }
    }
}

extension Role {
    /// Whether somebody with this role can have the standing to any event at all.
    fileprivate func allows(_ standing: Standing) -> Bool {
        switch standing {
        case .owner: true
        case .organizer: self == .organizer
        case .staff: self == .staff
        case .admin: self == .admin
        }
    }
}

extension APIContext {
    /// The event that the path names.
    var eventID: UniqueID {
        get throws {
            guard let id = parameters.get("id").flatMap({ UniqueID($0) }) else { throw Problem.eventNotFound }
            return id
        }
    }

    /// The hold that the path names. One of another event is not found here.
    fileprivate var holdID: HoldID {
        get throws {
            let event = try eventID
            guard let id = parameters.get("hold_id").flatMap({ HoldID($0) }), id.offering == event else {
                throw Problem.notFound("hold_not_found", "You have no such hold on this event.")
            }
            return id
        }
    }

    /// The booking that the path names.
    fileprivate var bookingID: BookingID {
        get throws {
            guard let id = parameters.get("id").flatMap({ BookingID($0) }) else { throw Problem.bookingNotFound }
            return id
        }
    }
}

extension Problem {
    static let eventNotFound = Problem.notFound("event_not_found", "There is no such event.")

    fileprivate static let bookingNotFound = Problem.notFound(
        "booking_not_found", "There is no such booking, or it is not yours.")

    fileprivate static let userNotFound = Problem.notFound(
        "user_not_found", "There is no such user, or it is not you.")

    fileprivate static let notYourEvent = Problem(.forbidden, "not_your_event", "This event is another organizer's.")

    fileprivate static func forbidden(_ role: Role) -> Problem {
        Problem(.forbidden, "forbidden", "Your role, \(role.rawValue), may not do this.")
    }
}

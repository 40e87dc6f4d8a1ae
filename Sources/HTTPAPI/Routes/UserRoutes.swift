import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Users' profiles, passwords and roles, and what they have booked.
struct UserRoutes: Sendable {
    let gate: Gate
    let accounts: Accounts
    let sessions: Sessions
    let bookings: BookingService
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/api/users/profile", for: gate.signedIn) { _, _, identity in
            try .json(UserBody(await accounts.user(id: identity.userID)))
        }
        routes.on(.put, "/api/users/profile", for: gate.signedIn) { request, _, identity in
            let change = try await json.read(ProfileChangeBody.self, from: request)
            return try .json(
                UserBody(await accounts.update(id: identity.userID, name: change.name, email: change.email)))
        }
        routes.on(.put, "/api/users/password", for: gate.signedIn) { request, context, identity in
            let change = try await json.read(PasswordChangeBody.self, from: request)
            try await sessions.changePassword(
                of: identity, from: change.currentPassword, to: change.newPassword, at: context.clientAddress)
            return Response(status: .noContent)
        }
        routes.on(.put, "/api/users/{user_id}/role", for: gate.roles(.admin)) { request, context, admin in
            try await changeRole(request, of: context.parameters.get("user_id"), by: admin)
        }
        routes.on(.get, "/api/users/{user_id}/bookings", for: gate.user(.owner, .admin)) { request, _, granted in
            try await bookings(request, of: granted.subject)
        }
    }

    private func changeRole(_ request: Request, of user: String?, by admin: Identity) async throws -> Response {
        guard let user = user.flatMap({ UniqueID($0) }) else {
            throw Problem.notFound("user_not_found", "There is no such user.")
        }
        let role = try await json.read(RoleBody.self, from: request).role
        // So that there is an admin left.
        guard user != admin.userID else {
            throw Problem(.conflict, "own_role", "You cannot change your own role: ask another admin.")
        }
        return try .json(UserBody(await sessions.changeRole(of: user, to: role)))
    }

    private func bookings(_ request: Request, of user: UniqueID) async throws -> Response {
        let query = Query(request)
        let limit = try query.integer("limit", in: 1...100) ?? 20
        let cursor = try query["cursor"].map(BookingCursor.init(clientText:))
        // One more than asked for tells whether another page follows.
        let found = try await bookings.bookings(of: user, limit: limit + 1, before: cursor)
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last.map { BookingCursor(createdAt: $0.createdAt, own: $0.id.own) } : nil
        return .json(
            bytes: BookingList(items: page.map { BookingBody($0) }, nextCursor: next?.clientText).json)
    }
}

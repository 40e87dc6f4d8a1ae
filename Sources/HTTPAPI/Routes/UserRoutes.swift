import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Accounts, and what a user has booked.
struct UserRoutes: Sendable {
    let gate: Gate
    let accounts: Accounts
    let tokens: Tokens
    let bookings: BookingService
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.on(.post, "/api/users/register", for: gate.everybody) { request, _, _ in try await register(request) }
        routes.on(.post, "/api/users/login", for: gate.everybody) { request, _, _ in try await login(request) }
        routes.on(.get, "/api/users/profile", for: gate.signedIn) { _, _, identity in
            try .json(UserBody(await accounts.user(id: identity.userID)))
        }
        routes.on(.put, "/api/users/profile", for: gate.signedIn) { request, _, identity in
            let change = try await json.read(ProfileChangeBody.self, from: request)
            return try .json(
                UserBody(await accounts.update(id: identity.userID, name: change.name, email: change.email)))
        }
        routes.on(.get, "/api/users/{user_id}/bookings", for: gate.user(.owner, .admin)) { request, _, granted in
            try await bookings(request, of: granted.subject)
        }
    }

    private func register(_ request: Request) async throws -> Response {
        let body = try await json.read(RegistrationBody.self, from: request)
        let user = try await accounts.register(email: body.email, password: body.password, name: body.name)
        return try await signedIn(user, status: .created)
    }

    private func login(_ request: Request) async throws -> Response {
        let body = try await json.read(CredentialsBody.self, from: request)
        return try await signedIn(accounts.login(email: body.email, password: body.password), status: .ok)
    }

    private func signedIn(_ user: User, status: HTTPResponse.Status) async throws -> Response {
        let token = try await tokens.issue(userID: user.id, email: user.email, role: user.role)
        // A token must not be kept by a cache (RFC 6749, section 5.1).
        return try .json(SessionBody(user: user, token: token), status: status, headers: [.cacheControl: "no-store"])
    }

    private func bookings(_ request: Request, of user: UniqueID) async throws -> Response {
        let query = Query(request)
        let limit = try query.integer("limit", in: 1...100) ?? 20
        let cursor = try query["cursor"].map(BookingCursor.init(clientText:))
        // One more than asked for tells whether another page follows.
        let found = try await bookings.bookings(of: user, limit: limit + 1, before: cursor)
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last.map { BookingCursor(createdAt: $0.createdAt, own: $0.id.own) } : nil
        return try .json(ListBody(items: page.map { BookingBody($0) }, nextCursor: next?.clientText))
    }
}

import Accounts
import HTTPTypes
import Hummingbird

/// Signing in, staying signed in, and signing out.
struct AuthRoutes: Sendable {
    let gate: Gate
    let accounts: Accounts
    let sessions: Sessions
    let codes: OneTimeCodes
    let json: JSONReader

    func add(to routes: inout RouteTable) {
        routes.on(.post, "/api/users/register", for: gate.everybody) { request, _, _ in try await register(request) }
        routes.on(.post, "/api/users/login", for: gate.everybody) { request, context, _ in
            let body = try await json.read(CredentialsBody.self, from: request)
            return try .json(
                await sessions.login(email: body.email, password: body.password, from: context.clientAddress))
        }
        routes.on(.post, "/api/auth/refresh", for: gate.everybody) { request, _, _ in
            let body = try await json.read(RefreshBody.self, from: request)
            return try .json(await sessions.refresh(body.refreshToken))
        }
        routes.on(.post, "/api/auth/logout", for: gate.signedIn) { _, _, identity in
            try await sessions.end(identity)
            return Response(status: .noContent)
        }
        routes.on(.get, "/api/auth/me", for: gate.signedIn) { _, _, identity in try await me(identity) }
        routes.on(.post, "/api/auth/request-otp", for: gate.everybody) { request, _, _ in
            let body = try await json.read(CodeRequestBody.self, from: request)
            try await codes.request(email: body.email)
            return try .json(CodeRequestedBody(), status: .accepted)
        }
        routes.on(.post, "/api/auth/verify-otp", for: gate.everybody) { request, context, _ in
            let body = try await json.read(CodeBody.self, from: request)
            return try .json(await codes.redeem(body.code, email: body.email, from: context.clientAddress))
        }
    }

    private func register(_ request: Request) async throws -> Response {
        let body = try await json.read(RegistrationBody.self, from: request)
        let session = try await sessions.register(email: body.email, password: body.password, name: body.name)
        return try .json(session, status: .created)
    }

    private func me(_ identity: Identity) async throws -> Response {
        let user = try await accounts.user(id: identity.userID)
        let session = try await sessions.facts(of: identity)
        return try .json(
            CallerBody(user: user, session: session, tokenExpiresAt: identity.expiresAt),
            headers: [.cacheControl: "no-store"])
    }
}

extension Response {
    /// A session's tokens, which must not be kept by a cache (RFC 6749, section 5.1).
    fileprivate static func json(_ session: Session, status: HTTPResponse.Status = .ok) throws -> Response {
        try .json(SessionBody(session), status: status, headers: [.cacheControl: "no-store"])
    }
}

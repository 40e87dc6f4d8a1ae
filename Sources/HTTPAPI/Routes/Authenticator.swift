import Accounts
import HTTPTypes
import Hummingbird

/// Finds out who sent a request.
struct Authenticator: Sendable {
    let tokens: Tokens

    /// Who the request's bearer token (RFC 6750) speaks for.
    func identity(of request: Request) async throws -> Identity {
        guard let authorization = request.headers[.authorization] else { throw Problem.missingToken }
        let scheme = authorization.prefix(7)
        guard scheme.lowercased() == "bearer " else { throw Problem.missingToken }
        return try await tokens.verify(String(authorization.dropFirst(7)))
    }

    /// Who reads a stream that is everybody's, as far as that is said: it is no refusal that a ticket has run out.
    func knownIdentity(of request: Request, readingStream path: String) async -> Identity? {
        guard request.headers[.authorization] != nil || request.uri.queryParameters["ticket"] != nil else { return nil }
        return try? await identity(of: request, readingStream: path)
    }

    /// Who wants to read a stream: by a ticket for just this stream, or by a bearer token.
    func identity(of request: Request, readingStream path: String) async throws -> Identity {
        if let ticket = request.uri.queryParameters["ticket"] {
            return try await tokens.verifyStreamTicket(String(ticket), for: path)
        }
        return try await identity(of: request)
    }
}

extension Problem {
    fileprivate static let missingToken = Problem.unauthorized(
        "missing_token", "This needs a token: log in, then send it as `Authorization: Bearer <token>`.")
}

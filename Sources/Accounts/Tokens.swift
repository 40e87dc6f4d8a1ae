public import Booking
import Foundation
public import Inventory
import JWTKit

/// A signed token and its end.
public struct Token: Hashable, Sendable {
    /// The JWT in its compact form.
    public let text: String
    /// From then on it is refused.
    public let expiresAt: Timestamp
}

/// Who a token speaks for.
public struct Identity: Hashable, Sendable {
    /// The user; may be one of another service.
    public let userID: UniqueID
    /// Where to write to. Empty in a stream ticket's identity: tickets travel in URLs, which end up in logs.
    public let email: String
    /// What the user may do.
    public let role: Role

    /// Describes who somebody is.
    public init(userID: UniqueID, email: String, role: Role) {
        self.userID = userID
        self.email = email
        self.role = role
    }
}

/// Issues and checks login tokens and stream tickets: JSON Web Tokens (RFC 7519), signed with HS256.
///
/// The two kinds have different audiences, so neither is taken for the other. A token's `alg` and `kid` must be the ones
/// written here (RFC 8725, section 3.1): whoever signs a token never chooses how it is checked.
public struct Tokens: Sendable {
    /// How long a stream ticket lives: enough to open a stream, too short to be worth finding in a log.
    public static let ticketLifetime = Duration.seconds(60)

    private let keys: JWTKeyCollection
    private let lifetime: Duration
    private let verified: VerifiedTokens
    private let identifiers: any IdentifierSource
    private let now: @Sendable () -> Timestamp

    /// Prepares the key.
    ///
    /// - Parameters:
    ///   - secret: At least 32 bytes of UTF-8, which all services share that issue or check tokens.
    ///   - lifetime: How long a login token is good, in whole seconds.
    ///   - cacheLimit: How many checked tokens are remembered, so that they need not be checked again.
    ///   - identifiers: Makes the `jti` claims.
    ///   - now: The wall clock.
    /// - Throws: `invalidConfiguration` when the secret is shorter, or the lifetime is not 1 second to 10 years.
    public init(
        secret: String, lifetime: Duration = .seconds(86_400), cacheLimit: Int = 65_536,
        identifiers: any IdentifierSource = SystemIdentifierSource(), now: @escaping @Sendable () -> Timestamp
    ) async throws(AccountsError) {
        guard secret.utf8.count >= 32 else {
            throw AccountsError(
                .invalidConfiguration,
                "The secret that signs tokens has \(secret.utf8.count) bytes; it needs 32 at least. "
                    + "Make one with: openssl rand -base64 48")
        }
        guard (.seconds(1)...(.seconds(315_360_000))).contains(lifetime) else {
            throw AccountsError(.invalidConfiguration, "A token must live 1 second to 10 years, not \(lifetime).")
        }
        keys = await JWTKeyCollection()
            .add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256, kid: TokenHeader.keyIdentifier)
        self.lifetime = lifetime
        verified = VerifiedTokens(limit: cacheLimit)
        self.identifiers = identifiers
        self.now = now
    }

    /// Issues a login token.
    public func issue(userID: UniqueID, email: String, role: Role) async throws(AccountsError) -> Token {
        try await sign(userID: userID, role: role, email: email, stream: nil, audience: .api, lifetime: lifetime)
    }

    /// Checks a login token.
    ///
    /// - Throws: `invalidToken`, and `tokenExpired` for one that was good once.
    public func verify(_ text: String) async throws(AccountsError) -> Identity {
        let now = now()
        if let identity = verified.identity(of: text, at: now) { return identity }
        let claims = try await claims(of: text, for: .api, at: now)
        guard let identity = claims.identity, identity.email.canBeAddress else { throw .invalidToken() }
        verified.insert(identity, of: text, until: claims.exp)
        return identity
    }

    /// Issues a ticket that opens one stream, for clients that cannot send headers.
    ///
    /// - Parameters:
    ///   - stream: The stream's path, for example `/api/booking/…/stream`.
    ///   - userID: The user who may read the stream.
    ///   - role: The user's role.
    public func issueStreamTicket(
        for stream: String, userID: UniqueID, role: Role
    ) async throws(AccountsError) -> Token {
        try await sign(
            userID: userID, role: role, email: nil, stream: stream, audience: .stream, lifetime: Self.ticketLifetime)
    }

    /// Checks a ticket for the stream with this path.
    ///
    /// - Returns: An identity with an empty address.
    /// - Throws: `invalidToken`, also when the ticket is for another stream; `tokenExpired`.
    public func verifyStreamTicket(_ text: String, for stream: String) async throws(AccountsError) -> Identity {
        let claims = try await claims(of: text, for: .stream, at: now())
        guard claims.stream == stream, let identity = claims.identity else { throw .invalidToken() }
        return identity
    }

    private func sign(
        userID: UniqueID, role: Role, email: String?, stream: String?, audience: TokenClaims.Audience,
        lifetime: Duration
    ) async throws(AccountsError) -> Token {
        let now = now()
        let issuedAt = now.millisecondsSince1970 / 1_000
        let expiry = issuedAt + lifetime.components.seconds
        let claims = TokenClaims(
            sub: userID.description, role: role.rawValue, email: email, stream: stream, iss: TokenClaims.issuer,
            aud: audience.rawValue, iat: issuedAt, exp: expiry, jti: identifiers.next(at: now).description)
        do {
            let text = try await keys.sign(claims, kid: TokenHeader.keyIdentifier)
            return Token(text: text, expiresAt: Timestamp(millisecondsSince1970: expiry * 1_000))
        } catch {
            throw AccountsError(.invalidToken, "The token could not be signed.", cause: error)
        }
    }

    /// The claims of a token with a good header, signature, issuer, audience and time, looked at in this order.
    private func claims(
        of text: String, for audience: TokenClaims.Audience, at now: Timestamp
    ) async throws(AccountsError) -> TokenClaims {
        guard text.utf8.count <= TokenHeader.tokenLimit, TokenHeader(ofToken: text)?.isOurs == true else {
            throw .invalidToken()
        }
        let claims: TokenClaims
        do {
            claims = try await keys.verify(text, as: TokenClaims.self)
        } catch {
            throw .invalidToken(cause: error)
        }
        guard claims.iss == TokenClaims.issuer, claims.aud == audience.rawValue else { throw .invalidToken() }
        guard claims.exp > now.millisecondsSince1970 / 1_000 else {
            throw AccountsError(.tokenExpired, "The token has expired. Log in again.")
        }
        return claims
    }
}

extension AccountsError {
    fileprivate static func invalidToken(cause: (any Error)? = nil) -> Self {
        Self(.invalidToken, "The token is not one of this service's, or not for this use. Log in again.", cause: cause)
    }
}

extension String {
    /// Whether mail could go there at all. Another service may have signed the token: its word is taken for the address,
    /// but not for what no store can hold.
    fileprivate var canBeAddress: Bool {
        (1...320).contains(utf8.count) && utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}

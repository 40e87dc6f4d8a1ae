public import Booking
import Foundation
public import Inventory

/// A secret text that lets its bearer in, and its end.
public struct Token: Hashable, Sendable, CustomStringConvertible {
    /// What the bearer sends.
    public let text: String
    /// From then on it is refused.
    public let expiresAt: Timestamp

    /// Says nothing of the text, lest it end up in a log.
    public var description: String { "<token>" }
}

/// Issues and checks login tokens and stream tickets: JSON Web Tokens (RFC 7519), signed with HS256.
///
/// The two kinds have different audiences, so neither is taken for the other. A token's `alg` and `kid` must be ones
/// written here (RFC 8725, section 3.1): whoever signs a token never chooses how it is checked.
public struct Tokens: Sendable {
    /// How long a stream ticket lives: enough to open a stream, too short to be worth finding in a log.
    public static let ticketLifetime = Duration.seconds(60)

    /// Seconds by which the clock of another service that signs tokens may be ahead.
    private static let leeway: Int64 = 30
    /// Bytes; several times what the longest address needs.
    private static let longestToken = 4_096

    /// How long a login token is good.
    let lifetime: Duration
    private let keys: TokenKeys
    private let verified: VerifiedTokens
    private let identifiers: any IdentifierSource
    private let now: @Sendable () -> Timestamp

    /// Prepares the keys.
    ///
    /// - Parameters:
    ///   - secret: At least 32 bytes of UTF-8, which all services share that issue or check tokens.
    ///   - previousSecret: The secret before this one, whose tokens are good until they expire; nothing new is signed
    ///     with it.
    ///   - lifetime: How long a login token is good, in whole seconds.
    ///   - cacheLimit: How many checked tokens are remembered, so that they need not be checked again.
    ///   - revocationLimit: How many ended sessions are remembered until their tokens have expired. Beyond it they are
    ///     forgotten, and every token issued until then is refused instead.
    ///   - identifiers: Makes the `jti` claims.
    ///   - now: The wall clock.
    /// - Throws: `invalidConfiguration` when a secret is shorter, or the lifetime is not 1 second to 10 years.
    public init(
        secret: String, previousSecret: String? = nil, lifetime: Duration = .seconds(86_400), cacheLimit: Int = 65_536,
        revocationLimit: Int = 1_000_000, identifiers: any IdentifierSource = SystemIdentifierSource(),
        now: @escaping @Sendable () -> Timestamp
    ) async throws(AccountsError) {
        guard (.seconds(1)...(.seconds(315_360_000))).contains(lifetime) else {
            throw AccountsError(.invalidConfiguration, "A token must live 1 second to 10 years, not \(lifetime).")
        }
        keys = try await TokenKeys(secret: secret, previous: previousSecret)
        self.lifetime = lifetime
        verified = VerifiedTokens(limit: cacheLimit, revocationLimit: revocationLimit)
        self.identifiers = identifiers
        self.now = now
    }

    /// Issues a login token that belongs to no session.
    public func issue(userID: UniqueID, email: String, role: Role) -> Token {
        issue(userID: userID, email: email, role: role, session: nil, at: now())
    }

    /// Issues a login token that ends with its session.
    func issue(for user: User, session: UniqueID, at now: Timestamp) -> Token {
        issue(userID: user.id, email: user.email, role: user.role, session: session, at: now)
    }

    private func issue(
        userID: UniqueID, email: String, role: Role, session: UniqueID?, at now: Timestamp
    ) -> Token {
        sign(lifetime: lifetime, at: now) { issuedAt, expiry, id in
            TokenClaims(
                sub: userID.description, role: role.rawValue, email: email, sid: session?.description,
                iss: TokenClaims.issuer, aud: TokenClaims.Audience.api.rawValue, iat: issuedAt, exp: expiry, jti: id)
        }
    }

    /// Checks a login token.
    ///
    /// - Throws: `invalidToken`, `tokenExpired` for one that was good once, and `tokenRevoked` when its session has ended.
    public func verify(_ text: String) async throws(AccountsError) -> Identity {
        // Before the text is hashed to look it up: a header may be longer than any token.
        guard text.utf8.count <= Self.longestToken else { throw .invalidToken() }
        let now = now()
        if let identity = verified.identity(of: text, at: now) { return identity }
        let claims = try await claims(of: text, for: .api, at: now)
        guard let identity = Identity(claims), identity.email.canBeAddress else { throw .invalidToken() }
        guard verified.insert(identity, of: text, until: claims.exp) else { throw .tokenRevoked }
        return identity
    }

    /// Issues a ticket that opens one stream, for clients that cannot send headers. It ends with the session of whoever
    /// asks for it.
    ///
    /// - Parameters:
    ///   - stream: The stream's path, for example `/api/booking/…/stream`.
    ///   - identity: Who may read the stream.
    public func issueStreamTicket(for stream: String, to identity: Identity) -> Token {
        sign(lifetime: Self.ticketLifetime, at: now()) { issuedAt, expiry, id in
            TokenClaims(
                sub: identity.userID.description, role: identity.role.rawValue, stream: stream,
                sid: identity.session.description, iss: TokenClaims.issuer, aud: TokenClaims.Audience.stream.rawValue,
                iat: issuedAt, exp: expiry, jti: id)
        }
    }

    /// Checks a ticket for the stream with this path.
    ///
    /// - Returns: An identity with an empty address.
    /// - Throws: `invalidToken`, also when the ticket is for another stream; `tokenExpired`; `tokenRevoked` when the
    ///   session has ended in which it was asked for.
    public func verifyStreamTicket(_ text: String, for stream: String) async throws(AccountsError) -> Identity {
        guard text.utf8.count <= Self.longestToken else { throw .invalidToken() }
        let claims = try await claims(of: text, for: .stream, at: now())
        guard claims.stream == stream, let identity = Identity(claims) else { throw .invalidToken() }
        guard !isRevoked(identity.session, issuedAt: identity.issuedAt) else { throw .tokenRevoked }
        return identity
    }

    /// Whether a token that was good is refused by now because its session has ended, for those whose work goes on after
    /// they have shown it.
    public func isRevoked(_ session: UniqueID, issuedAt: Timestamp) -> Bool {
        verified.isRevoked(session, issuedAt: issuedAt)
    }

    /// Grows when a session has ended: as long as it does not, nobody needs to ask whether one has.
    public var revocationCount: Int { verified.revocationCount }

    /// Refuses the tokens of sessions that have ended. This node only; see `RevocationFeed` for the others.
    func revoke(_ revocations: some Sequence<Revocation>) {
        verified.revoke(revocations, at: now())
    }

    private func sign(
        lifetime: Duration, at now: Timestamp,
        _ claims: (_ issuedAt: Int64, _ expiry: Int64, _ id: String) -> TokenClaims
    ) -> Token {
        let issuedAt = now.secondsSince1970
        let expiry = issuedAt + lifetime.components.seconds
        let text = keys.sign(claims(issuedAt, expiry, identifiers.next(at: now).description))
        return Token(text: text, expiresAt: Timestamp(millisecondsSince1970: expiry * 1_000))
    }

    /// The claims of a token with a good header, signature, issuer, audience and time, looked at in this order.
    private func claims(
        of text: String, for audience: TokenClaims.Audience, at now: Timestamp
    ) async throws(AccountsError) -> TokenClaims {
        let claims = try await keys.claims(of: text)
        let second = now.secondsSince1970
        guard claims.iss == TokenClaims.issuer, claims.aud == audience.rawValue,
            claims.iat <= second + Self.leeway, (claims.nbf ?? .min) <= second + Self.leeway
        else { throw .invalidToken() }
        guard claims.exp > second else {
            throw AccountsError(.tokenExpired, "The token has expired. Log in again.")
        }
        return claims
    }
}

extension AccountsError {
    fileprivate static let tokenRevoked = Self(.tokenRevoked, "The session of this token has ended. Log in again.")

    static func invalidToken(cause: (any Error)? = nil) -> Self {
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

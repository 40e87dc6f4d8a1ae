public import Booking
public import Inventory

/// Signing in, staying signed in, and signing out.
///
/// A session begins when somebody signs in. It has one refresh token at a time, which buys an access token and the next
/// refresh token, and is spent by that (RFC 9700, section 4.14.2). A spent one that comes again was stolen, by whoever
/// came first or by whoever comes now: so its session ends, for both. There is no grace for a lost answer, since a thief
/// could claim it too; whoever loses one signs in again, and whoever has several callers refreshes for all of them at once.
///
/// When a session ends, its access tokens are refused at once on this node and, by `RevocationFeed`, soon on the others.
public struct Sessions: Sendable {
    /// How many sessions a user has at a time; the oldest ends when there are more.
    public static let limit = 100

    let accounts: Accounts
    private let tokens: Tokens
    private let attempts: LoginAttempts
    private let refreshLifetime: Duration
    private let identifiers: any IdentifierSource
    private let now: @Sendable () -> Timestamp

    /// Puts together what sessions are made of.
    ///
    /// - Parameters:
    ///   - accounts: The users, in whose store the sessions are.
    ///   - tokens: Issues the access tokens, and checks those of all requests.
    ///   - attempts: Slows down whoever tries out passwords.
    ///   - refreshLifetime: How long a session goes on without being refreshed.
    ///   - identifiers: Makes the sessions' ids.
    ///   - now: The wall clock.
    public init(
        accounts: Accounts, tokens: Tokens, attempts: LoginAttempts, refreshLifetime: Duration = .seconds(2_592_000),
        identifiers: any IdentifierSource = SystemIdentifierSource(), now: @escaping @Sendable () -> Timestamp
    ) {
        self.accounts = accounts
        self.tokens = tokens
        self.attempts = attempts
        self.refreshLifetime = refreshLifetime
        self.identifiers = identifiers
        self.now = now
    }

    /// Makes a customer's account and signs her in.
    ///
    /// - Throws: As `Accounts.register`. After `databaseUnavailable` the account may exist nevertheless.
    public func register(email: String, password: String, name: String) async throws(AccountsError) -> Session {
        try await open(accounts.register(email: email, password: password, name: name).id)
    }

    /// Signs in whoever knows the password.
    ///
    /// - Parameter address: The client's network address.
    /// - Throws: `invalidCredentials`, `tooManyAttempts`, `busy`, `databaseUnavailable`.
    public func login(
        email: String, password: String, from address: String
    ) async throws(AccountsError) -> Session {
        guard let email = try? EmailAddress(email) else { throw .invalidCredentials }
        return try await attempts.attempt(on: email.text, from: address) { () throws(AccountsError) in
            let stored = try await accounts.checked(email, password: password)
            return try await open(stored.user.id, passwordHash: stored.passwordHash)
        }
    }

    /// Goes on with a session: new tokens for a refresh token, which is spent by it. The user's role and address are
    /// those of now.
    ///
    /// - Throws: `invalidRefreshToken`; `refreshTokenReused`, whose session has been ended; `busy`, `databaseUnavailable`.
    public func refresh(_ text: String) async throws(AccountsError) -> Session {
        guard let spent = RefreshToken(text) else { throw .invalidRefreshToken }
        let refreshToken = RefreshToken.random()
        let times = newTokens(refreshToken)
        switch try await accounts.sessions.renew(spent.hash, tokens: times) {
        case .renewed(let session, let user):
            return try await self.session(session, of: user, refreshToken, times)
        case .reused(let revocation):
            tokens.revoke([revocation])
            throw AccountsError(
                .refreshTokenReused,
                "This refresh token was used before, so it may have been stolen: its session has ended. Log in again.")
        case .refused:
            throw .invalidRefreshToken
        }
    }

    /// Signs out: ends the session of a token, and with it all its tokens. A token that belongs to no session ends alone.
    ///
    /// - Throws: `busy` or `databaseUnavailable`, after which the session has ended on this node alone: try again.
    public func end(_ identity: Identity) async throws(AccountsError) {
        tokens.revoke([Revocation(session: identity.session, lastTokenExpiry: identity.expiresAt)])
        let revocation = try await accounts.sessions.end(
            identity.session, of: identity.userID, tokenExpiry: identity.expiresAt, at: now())
        tokens.revoke([revocation])
    }

    /// The session of a token; nil when the token belongs to none.
    public func facts(of identity: Identity) async throws(AccountsError) -> SessionFacts? {
        try await accounts.sessions.session(identity.session, of: identity.userID)
    }

    /// Changes a password and ends the user's other sessions.
    ///
    /// - Parameters:
    ///   - identity: The user, in the session that goes on.
    ///   - address: The client's network address.
    /// - Throws: `invalidPassword`, `wrongPassword`, `tooManyAttempts`, `userNotFound`, `busy`, `databaseUnavailable`.
    public func changePassword(
        of identity: Identity, from current: String, to new: String, at address: String
    ) async throws(AccountsError) {
        let new = try Password(new, field: "new_password")
        let id = identity.userID
        guard let stored = try await accounts.users.find(id: id) else { throw .userNotFound(id) }
        try await attempts.attempt(on: stored.user.email, from: address) { () throws(AccountsError) in
            guard let current = try? Password(current),
                try await accounts.hasher.verify(current, against: stored.passwordHash)
            else { throw .wrongPassword }
            let hash = try await accounts.hasher.hash(new)
            guard
                let ended = try await accounts.sessions.replacePassword(
                    of: id, from: stored.passwordHash, to: hash, keeping: identity.session, at: now())
            else { throw .wrongPassword }
            tokens.revoke(ended)
        }
    }

    /// Gives a user another role and ends all sessions of the user, whose tokens speak of the old one.
    ///
    /// - Throws: `userNotFound`, `busy`, `databaseUnavailable`.
    public func changeRole(of id: UniqueID, to role: Role) async throws(AccountsError) -> User {
        guard let changed = try await accounts.sessions.replaceRole(of: id, by: role, at: now()) else {
            throw .userNotFound(id)
        }
        tokens.revoke(changed.ended)
        return changed.user
    }

    /// Opens a session of a user.
    ///
    /// - Parameter passwordHash: The hash that the password was checked against, when one was.
    /// - Throws: `invalidCredentials` when the password has been changed since.
    func open(_ userID: UniqueID, passwordHash: String? = nil) async throws(AccountsError) -> Session {
        let refreshToken = RefreshToken.random()
        let times = newTokens(refreshToken)
        let id = identifiers.next(at: times.now)
        guard
            let opened = try await accounts.sessions.open(
                id, of: userID, passwordHash: passwordHash, tokens: times, limit: Self.limit)
        else { throw .invalidCredentials }
        tokens.revoke(opened.ended)
        return try await session(id, of: opened.user, refreshToken, times)
    }

    private func newTokens(_ refreshToken: RefreshToken) -> NewTokens {
        let now = now()
        return NewTokens(
            now: now, refreshHash: refreshToken.hash, refreshExpiry: now + refreshLifetime,
            accessExpiry: now + tokens.lifetime)
    }

    private func session(
        _ id: UniqueID, of user: User, _ refreshToken: RefreshToken, _ times: NewTokens
    ) async throws(AccountsError) -> Session {
        Session(
            user: user, token: tokens.issue(for: user, session: id, at: times.now),
            refreshToken: Token(text: refreshToken.text, expiresAt: times.refreshExpiry))
    }
}

extension AccountsError {
    fileprivate static let invalidRefreshToken = Self(
        .invalidRefreshToken, "The refresh token is not one of this service's, or its session has ended. Log in again.")

    fileprivate static let wrongPassword = Self(
        .wrongPassword, "The current password is wrong.", field: "current_password")
}

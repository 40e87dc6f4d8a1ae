import Booking
import Inventory

/// Where sessions are kept, beside their users: what ends sessions because a user changes, does both or nothing.
///
/// A refresh token is known by its hash. The ones that were used are kept too, to be recognised when they come again.
protocol SessionStore: Sendable {
    /// Opens a session, and ends the oldest of a user who has more than `limit`.
    ///
    /// - Parameter passwordHash: The hash that the password was checked against, when one was.
    /// - Returns: The user as of now and the sessions that were ended; nil when there is no such user, or the password
    ///   has been changed since it was checked.
    func open(
        _ id: UniqueID, of userID: UniqueID, passwordHash: String?, tokens: NewTokens, limit: Int
    ) async throws(AccountsError) -> (user: User, ended: [Revocation])?

    /// Exchanges the refresh token with this hash for a new one. Of several who try only one succeeds.
    func renew(_ hash: [UInt8], tokens: NewTokens) async throws(AccountsError) -> Renewal

    /// Ends a session, also one that was not opened here, and returns what is to be remembered of it.
    ///
    /// - Parameter tokenExpiry: When the token expires that was used for it.
    func end(
        _ session: UniqueID, of userID: UniqueID, tokenExpiry: Timestamp, at now: Timestamp
    ) async throws(AccountsError) -> Revocation

    /// The facts of a session of this user that has not been ended.
    func session(_ id: UniqueID, of userID: UniqueID) async throws(AccountsError) -> SessionFacts?

    /// Sets another password, unless it has been changed since `oldHash` was checked, and ends all sessions but one.
    ///
    /// - Returns: The ended sessions; nil when the password has been changed meanwhile.
    func replacePassword(
        of userID: UniqueID, from oldHash: String, to newHash: String, keeping session: UniqueID, at now: Timestamp
    ) async throws(AccountsError) -> [Revocation]?

    /// Sets a role, and ends all sessions.
    ///
    /// - Returns: Nil when there is no such user.
    func replaceRole(
        of userID: UniqueID, by role: Role, at now: Timestamp
    ) async throws(AccountsError) -> (user: User, ended: [Revocation])?

    /// What was ended since an earlier call, and perhaps some of what was ended shortly before.
    ///
    /// - Parameter cursor: What that call returned as `next`; nil for everything whose tokens have not expired.
    func revocations(
        since cursor: Timestamp?, at now: Timestamp
    ) async throws(AccountsError) -> (ended: [Revocation], next: Timestamp)

    /// Forgets sessions and refresh tokens that have expired, up to `limit` of each; returns how many there were of the
    /// most.
    func pruneSessions(at now: Timestamp, limit: Int) async throws(AccountsError) -> Int
}

/// The tokens that a session gets at its opening and at each refresh.
struct NewTokens: Sendable {
    let now: Timestamp
    let refreshHash: [UInt8]
    /// When the refresh token expires, and with it the session unless it is refreshed before.
    let refreshExpiry: Timestamp
    /// When the access token expires, or shortly after.
    let accessExpiry: Timestamp
}

/// What became of a refresh token.
enum Renewal {
    case renewed(session: UniqueID, User)
    /// It had been used before; its session is ended now.
    case reused(Revocation)
    /// It was not issued here, has expired, or its session has ended.
    case refused
}

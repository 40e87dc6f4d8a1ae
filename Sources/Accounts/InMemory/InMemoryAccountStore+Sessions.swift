import Booking
import Inventory
import Synchronization

struct InMemorySession {
    let facts: SessionFacts
    let userID: UniqueID
    var expiresAt: Timestamp
    var tokensExpireAt: Timestamp
    var isEnded = false

    var revocation: Revocation { Revocation(session: facts.id, lastTokenExpiry: tokensExpireAt) }
}

struct InMemoryRefreshToken {
    let session: UniqueID
    let expiresAt: Timestamp
    var isSpent = false
}

extension InMemoryAccountStore: SessionStore {
    func open(
        _ id: UniqueID, of userID: UniqueID, passwordHash: String?, tokens: NewTokens, limit: Int
    ) -> (user: User, ended: [Revocation])? {
        state.withLock { state in
            guard let stored = state.users[userID], [nil, stored.passwordHash].contains(passwordHash) else {
                return nil
            }
            state.sessions[id] = InMemorySession(
                facts: SessionFacts(id: id, openedAt: tokens.now, expiresAt: tokens.refreshExpiry), userID: userID,
                expiresAt: tokens.refreshExpiry, tokensExpireAt: tokens.accessExpiry)
            state.issue(tokens, in: id)
            let open = state.sessions.values.filter { $0.userID == userID && !$0.isEnded }.map(\.facts)
            let surplus = open.sorted { ($0.openedAt, $0.id) > ($1.openedAt, $1.id) }.dropFirst(limit)
            return (stored.user, state.end { session in surplus.contains { $0.id == session.facts.id } })
        }
    }

    func renew(_ hash: [UInt8], tokens: NewTokens) -> Renewal {
        state.withLock { state in
            guard let token = state.refreshTokens[hash], var session = state.sessions[token.session] else {
                return .refused
            }
            guard !token.isSpent else {
                state.sessions[token.session]?.isEnded = true
                return .reused(session.revocation)
            }
            guard token.expiresAt > tokens.now, !session.isEnded, let user = state.users[session.userID]?.user else {
                return .refused
            }
            state.refreshTokens[hash]?.isSpent = true
            session.expiresAt = tokens.refreshExpiry
            session.tokensExpireAt = max(session.tokensExpireAt, tokens.accessExpiry)
            state.sessions[token.session] = session
            state.issue(tokens, in: token.session)
            return .renewed(session: token.session, user)
        }
    }

    func end(_ session: UniqueID, of userID: UniqueID, tokenExpiry: Timestamp, at now: Timestamp) -> Revocation {
        state.withLock { state in
            var ended =
                state.sessions[session]
                ?? InMemorySession(
                    facts: SessionFacts(id: session, openedAt: now, expiresAt: tokenExpiry), userID: userID,
                    expiresAt: tokenExpiry, tokensExpireAt: tokenExpiry)
            ended.isEnded = true
            state.sessions[session] = ended
            return ended.revocation
        }
    }

    func session(_ id: UniqueID, of userID: UniqueID) -> SessionFacts? {
        state.withLock { state in
            guard let session = state.sessions[id], session.userID == userID, !session.isEnded else { return nil }
            return SessionFacts(id: id, openedAt: session.facts.openedAt, expiresAt: session.expiresAt)
        }
    }

    func replacePassword(
        of userID: UniqueID, from oldHash: String, to newHash: String, keeping session: UniqueID, at now: Timestamp
    ) -> [Revocation]? {
        state.withLock { state in
            guard state.users[userID]?.passwordHash == oldHash else { return nil }
            state.users[userID]?.passwordHash = newHash
            return state.end { $0.userID == userID && $0.facts.id != session }
        }
    }

    func replaceRole(
        of userID: UniqueID, by role: Role, at now: Timestamp
    ) -> (user: User, ended: [Revocation])? {
        state.withLock { state in
            guard let old = state.users[userID]?.user else { return nil }
            let user = User(id: old.id, email: old.email, name: old.name, role: role, createdAt: old.createdAt)
            state.users[userID]?.user = user
            return (user, state.end { $0.userID == userID })
        }
    }

    func revocations(since cursor: Timestamp?, at now: Timestamp) -> (ended: [Revocation], next: Timestamp) {
        state.withLock { state in
            (state.sessions.values.filter { $0.isEnded && $0.tokensExpireAt > now }.map(\.revocation), now)
        }
    }

    func pruneSessions(at now: Timestamp, limit: Int) -> Int {
        state.withLock { state in
            state.refreshTokens = state.refreshTokens.filter { $0.value.expiresAt > now }
            state.sessions = state.sessions.filter { max($0.value.expiresAt, $0.value.tokensExpireAt) > now }
            return 0
        }
    }
}

extension InMemoryAccountStore.State {
    fileprivate mutating func issue(_ tokens: NewTokens, in session: UniqueID) {
        refreshTokens[tokens.refreshHash] = InMemoryRefreshToken(session: session, expiresAt: tokens.refreshExpiry)
    }

    /// Ends the open sessions among these.
    fileprivate mutating func end(_ isMeant: (InMemorySession) -> Bool) -> [Revocation] {
        let ended = sessions.values.filter { !$0.isEnded && isMeant($0) }
        for session in ended { sessions[session.facts.id]?.isEnded = true }
        return ended.map(\.revocation)
    }
}

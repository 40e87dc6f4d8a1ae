import Audit
import Booking
import Inventory
import PostgresDriver

/// Sessions in the tables of `Accounts.migrations`.
///
/// Whoever changes a user locks the user's row before the sessions', and whoever opens a session locks it too: so no
/// session is opened with a password or a role that is being replaced.
struct PostgresSessionStore: SessionStore {
    let client: PostgresClient

    /// Revocations are read again for so long, since a transaction may become visible after a later one.
    private static let overlap = Duration.seconds(60)

    func open(
        _ id: UniqueID, of userID: UniqueID, passwordHash: String?, tokens: NewTokens, limit: Int
    ) async throws(AccountsError) -> (user: User, ended: [Revocation])? {
        let rows = try await client.answers([
            PostgresStatement(
                """
                WITH owner AS (
                    SELECT \(User.columns) FROM users
                    WHERE id = $1 AND ($2::text IS NULL OR password_hash = $2) FOR NO KEY UPDATE
                ), opened AS (
                    INSERT INTO sessions (id, user_id, opened_at, expires_at, tokens_expire_at)
                    SELECT $3, id, $4, $6, $7 FROM owner RETURNING id
                ), issued AS (
                    INSERT INTO refresh_tokens (hash, session_id, expires_at) SELECT $5, id, $6 FROM opened
                )
                SELECT \(User.columns) FROM owner
                """,
                [.uuid(PostgresUUID(userID)), passwordHash.map(PostgresValue.text) ?? .null, .uuid(PostgresUUID(id))]
                    + tokens.parameters),
            PostgresStatement(
                """
                UPDATE sessions SET ended_at = now() WHERE id IN (
                    SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
                    ORDER BY opened_at DESC, id DESC OFFSET $2
                ) RETURNING id, tokens_expire_at
                """, [.uuid(PostgresUUID(userID)), .int64(Int64(limit))]),
        ])
        guard let user = try rows[0].first.map(User.init(row:)) else { return nil }
        return (user, try rows[1].map(Revocation.init(row:)))
    }

    func renew(_ hash: [UInt8], tokens: NewTokens) async throws(AccountsError) -> Renewal {
        let renewed = try await client.answer(
            """
            WITH spent AS (
                UPDATE refresh_tokens AS token SET is_spent = true FROM sessions
                WHERE hash = $1 AND NOT is_spent AND token.expires_at > $2
                    AND sessions.id = session_id AND ended_at IS NULL
                RETURNING session_id
            ), renewed AS (
                UPDATE sessions SET expires_at = $4, tokens_expire_at = greatest(tokens_expire_at, $5)
                FROM spent WHERE sessions.id = spent.session_id AND ended_at IS NULL
                RETURNING sessions.id AS session_id, user_id
            ), issued AS (
                INSERT INTO refresh_tokens (hash, session_id, expires_at) SELECT $3, session_id, $4 FROM renewed
            )
            SELECT \(User.columns), session_id FROM renewed JOIN users ON users.id = user_id
            """, [.bytes(hash)] + tokens.parameters)
        if let row = renewed.first {
            return .renewed(session: UniqueID(try row.value(5)), try User(row: row))
        }
        let reused = try await client.answer(
            """
            UPDATE sessions SET ended_at = coalesce(ended_at, now()) FROM refresh_tokens
            WHERE hash = $1 AND is_spent AND sessions.id = session_id RETURNING sessions.id, tokens_expire_at
            """, [.bytes(hash)])
        return try reused.first.map { row throws(AccountsError) in .reused(try Revocation(row: row)) } ?? .refused
    }

    func end(
        _ session: UniqueID, of userID: UniqueID, tokenExpiry: Timestamp, at now: Timestamp
    ) async throws(AccountsError) -> Revocation {
        let rows = try await client.answer(
            """
            INSERT INTO sessions (id, user_id, opened_at, expires_at, tokens_expire_at, ended_at)
            VALUES ($1, $2, $3, $4, $4, now())
            ON CONFLICT (id) DO UPDATE SET ended_at = coalesce(sessions.ended_at, excluded.ended_at)
            RETURNING id, tokens_expire_at
            """,
            [
                .uuid(PostgresUUID(session)), .uuid(PostgresUUID(userID)), .timestamp(PostgresTimestamp(now)),
                .timestamp(PostgresTimestamp(tokenExpiry)),
            ])
        return try rows.first.map(Revocation.init(row:))
            ?? Revocation(session: session, lastTokenExpiry: tokenExpiry)
    }

    func session(_ id: UniqueID, of userID: UniqueID) async throws(AccountsError) -> SessionFacts? {
        let rows = try await client.answer(
            "SELECT opened_at, expires_at FROM sessions WHERE id = $1 AND user_id = $2 AND ended_at IS NULL",
            [.uuid(PostgresUUID(id)), .uuid(PostgresUUID(userID))])
        return try rows.first.map { row throws(AccountsError) in
            SessionFacts(id: id, openedAt: Timestamp(try row.value(0)), expiresAt: Timestamp(try row.value(1)))
        }
    }

    func replacePassword(
        of userID: UniqueID, from oldHash: String, to newHash: String, keeping session: UniqueID, at now: Timestamp
    ) async throws(AccountsError) -> [Revocation]? {
        let user = PostgresValue.uuid(PostgresUUID(userID))
        let rows = try await client.answers([
            PostgresStatement(
                "UPDATE users SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2 RETURNING id",
                [user, .text(oldHash), .text(newHash), .timestamp(PostgresTimestamp(now))]
            ).recording(AuditedChange(.passwordChanged, of: userID, fields: ["password"])),
            // Nothing is ended unless the first statement has set the new hash.
            PostgresStatement(
                """
                UPDATE sessions SET ended_at = now()
                WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL
                    AND EXISTS (SELECT FROM users WHERE id = $1 AND password_hash = $3)
                RETURNING id, tokens_expire_at
                """, [user, .uuid(PostgresUUID(session)), .text(newHash)]),
        ])
        guard rows[0].first != nil else { return nil }
        return try rows[1].map(Revocation.init(row:))
    }

    func replaceRole(
        of userID: UniqueID, by role: Role, at now: Timestamp
    ) async throws(AccountsError) -> (user: User, ended: [Revocation])? {
        let user = PostgresValue.uuid(PostgresUUID(userID))
        let rows = try await client.answers([
            PostgresStatement(
                "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1 RETURNING \(User.columns)",
                [user, .text(role.rawValue), .timestamp(PostgresTimestamp(now))]
            ).recording(AuditedChange(.roleChanged, of: userID, fields: ["role"])),
            PostgresStatement(
                """
                UPDATE sessions SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL
                RETURNING id, tokens_expire_at
                """, [user]),
        ])
        guard let user = try rows[0].first.map(User.init(row:)) else { return nil }
        return (user, try rows[1].map(Revocation.init(row:)))
    }

    func revocations(
        since cursor: Timestamp?, at now: Timestamp
    ) async throws(AccountsError) -> (ended: [Revocation], next: Timestamp) {
        let earliest = cursor.map { $0 + (.zero - Self.overlap) } ?? Timestamp(millisecondsSince1970: 0)
        let rows = try await client.answers([
            "SELECT now()",
            PostgresStatement(
                "SELECT id, tokens_expire_at FROM sessions WHERE ended_at >= $1 AND tokens_expire_at > $2",
                [.timestamp(PostgresTimestamp(earliest)), .timestamp(PostgresTimestamp(now))]),
        ])
        let next = try rows[0].first.map { row throws(AccountsError) in Timestamp(try row.value(0)) }
        return (try rows[1].map(Revocation.init(row:)), next ?? earliest)
    }

    func pruneSessions(at now: Timestamp, limit: Int) async throws(AccountsError) -> Int {
        let parameters: [PostgresValue] = [.timestamp(PostgresTimestamp(now)), .int64(Int64(limit))]
        let tokens = try await client.answer(
            """
            DELETE FROM refresh_tokens WHERE hash IN (
                SELECT hash FROM refresh_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
            """, parameters)
        let sessions = try await client.answer(
            """
            DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE expires_at <= $1 AND tokens_expire_at <= $1
                ORDER BY expires_at LIMIT $2)
            """, parameters)
        return max(tokens.affectedRows, sessions.affectedRows)
    }
}

extension NewTokens {
    /// Four parameters: the time, the new refresh token's hash and expiry, and the access token's expiry.
    fileprivate var parameters: [PostgresValue] {
        [
            .timestamp(PostgresTimestamp(now)), .bytes(refreshHash), .timestamp(PostgresTimestamp(refreshExpiry)),
            .timestamp(PostgresTimestamp(accessExpiry)),
        ]
    }
}

extension Revocation {
    /// Reads a session's id and when its tokens expire.
    fileprivate init(row: PostgresRow) throws(AccountsError) {
        self.init(session: UniqueID(try row.value(0)), lastTokenExpiry: Timestamp(try row.value(1)))
    }
}

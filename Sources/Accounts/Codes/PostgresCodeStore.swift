import Booking
import PostgresDriver

/// One-time codes in the table of `Accounts.migrations`. Each step is one statement, which decides races.
struct PostgresCodeStore: CodeStore {
    let client: PostgresClient

    func replace(by code: StoredCode, interval: Duration) async throws(AccountsError) -> Bool {
        let rows = try await client.answer(
            """
            INSERT INTO one_time_codes (email, code_hash, made_at, expires_at, tries) VALUES ($1, $2, $3, $4, 0)
            ON CONFLICT (email) DO UPDATE
            SET code_hash = excluded.code_hash, made_at = excluded.made_at, expires_at = excluded.expires_at, tries = 0
            WHERE one_time_codes.made_at <= $5
            RETURNING 1
            """,
            [
                .text(code.email), .bytes(code.hash), .timestamp(PostgresTimestamp(code.madeAt)),
                .timestamp(PostgresTimestamp(code.expiresAt)),
                .timestamp(PostgresTimestamp(code.madeAt + (.zero - interval))),
            ])
        return !rows.isEmpty
    }

    func tryCode(of email: String, tries: Int, at now: Timestamp) async throws(AccountsError) -> [UInt8]? {
        let rows = try await client.answer(
            """
            UPDATE one_time_codes SET tries = tries + 1 WHERE email = $1 AND tries < $2 AND expires_at > $3
            RETURNING code_hash
            """, [.text(email), .int32(Int32(tries)), .timestamp(PostgresTimestamp(now))])
        return try rows.first.map { row throws(AccountsError) in try row.value(0) }
    }

    func take(_ hash: [UInt8], of email: String) async throws(AccountsError) -> Bool {
        let rows = try await client.answer(
            "DELETE FROM one_time_codes WHERE email = $1 AND code_hash = $2 RETURNING 1", [.text(email), .bytes(hash)])
        return !rows.isEmpty
    }

    func pruneCodes(at now: Timestamp, limit: Int) async throws(AccountsError) -> Int {
        try await client.answer(
            """
            DELETE FROM one_time_codes WHERE email IN (
                SELECT email FROM one_time_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
            """, [.timestamp(PostgresTimestamp(now)), .int64(Int64(limit))]
        ).affectedRows
    }
}

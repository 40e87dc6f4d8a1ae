import Booking
import Inventory
import PostgresDriver

/// Users in the table of `Accounts.migrations`. The unique index on the address decides races.
struct PostgresUserStore: UserStore {
    let client: PostgresClient

    func insert(_ stored: StoredUser) async throws(AccountsError) {
        try await client.answer(
            """
            INSERT INTO users (id, email, name, role, password_hash, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $6)
            """, Self.parameters(stored))
    }

    func upsert(_ stored: StoredUser) async throws(AccountsError) -> User {
        let rows = try await client.answer(
            """
            INSERT INTO users (id, email, name, role, password_hash, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $6)
            ON CONFLICT (lower(email)) DO UPDATE
            SET name = excluded.name, role = excluded.role, password_hash = excluded.password_hash,
                updated_at = excluded.updated_at
            RETURNING \(User.columns)
            """, Self.parameters(stored))
        guard let user = try rows.first.map(User.init(row:)) else {
            throw AccountsError(.databaseUnavailable, "The database did not return the user that it was told to keep.")
        }
        return user
    }

    func find(email: String) async throws(AccountsError) -> StoredUser? {
        try await find("lower(email) = lower($1)", .text(email))
    }

    func find(id: UniqueID) async throws(AccountsError) -> StoredUser? {
        try await find("id = $1", .uuid(PostgresUUID(id)))
    }

    private func find(_ condition: String, _ value: PostgresValue) async throws(AccountsError) -> StoredUser? {
        let rows = try await client.answer(
            "SELECT \(User.columns), password_hash FROM users WHERE \(condition)", [value])
        return try rows.first.map { row throws(AccountsError) in
            try StoredUser(user: User(row: row), passwordHash: row.value(5))
        }
    }

    func update(
        id: UniqueID, name: String?, email: String?, at now: Timestamp
    ) async throws(AccountsError) -> User? {
        let rows = try await client.answer(
            """
            UPDATE users
            SET name = coalesce($2::text, name), email = coalesce($3::text, email), updated_at = $4
            WHERE id = $1
            RETURNING \(User.columns)
            """,
            [
                .uuid(PostgresUUID(id)), name.map(PostgresValue.text) ?? .null,
                email.map(PostgresValue.text) ?? .null, .timestamp(PostgresTimestamp(now)),
            ])
        return try rows.first.map(User.init(row:))
    }

    private static func parameters(_ stored: StoredUser) -> [PostgresValue] {
        let user = stored.user
        return [
            .uuid(PostgresUUID(user.id)), .text(user.email), .text(user.name), .text(user.role.rawValue),
            .text(stored.passwordHash), .timestamp(PostgresTimestamp(user.createdAt)),
        ]
    }
}

extension User {
    /// The columns that a user is read from.
    static let columns = "id, email, name, role, created_at"

    /// Reads `columns`.
    init(row: PostgresRow) throws(AccountsError) {
        let name: String = try row.value(3)
        guard let role = Role(rawValue: name) else {
            throw AccountsError(.databaseUnavailable, "A user in the database has the role \(name), which is unknown.")
        }
        self.init(
            id: try UniqueID(row.value(0)), email: try row.value(1), name: try row.value(2), role: role,
            createdAt: try Timestamp(row.value(4)))
    }
}

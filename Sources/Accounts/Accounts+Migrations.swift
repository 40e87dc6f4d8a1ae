public import PostgresDriver

extension Accounts {
    /// The tables of users, their sessions, and the codes sent to them.
    public static let migrations = [
        PostgresMigration(number: 1, name: "users", sql: users),
        PostgresMigration(number: 12, name: "sessions", sql: sessions),
        PostgresMigration(number: 13, name: "one-time codes", sql: codes),
    ]

    private static let users = """
        CREATE TABLE users (
            id uuid PRIMARY KEY,
            email text NOT NULL,
            name text NOT NULL,
            role text NOT NULL,
            password_hash text NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL
        );
        CREATE UNIQUE INDEX users_email ON users (lower(email));
        """

    /// A session's user may be one of another service, which is why the table does not refer to users.
    /// `ended_at` is the database's own time, by which the nodes learn what has ended.
    private static let sessions = """
        CREATE TABLE sessions (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL,
            opened_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            tokens_expire_at timestamptz NOT NULL,
            ended_at timestamptz
        );
        CREATE INDEX sessions_open ON sessions (user_id, opened_at) WHERE ended_at IS NULL;
        CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX sessions_expiry ON sessions (expires_at);
        CREATE TABLE refresh_tokens (
            hash bytea PRIMARY KEY,
            session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
            expires_at timestamptz NOT NULL,
            is_spent boolean NOT NULL DEFAULT false
        );
        CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
        CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
        """

    private static let codes = """
        CREATE TABLE one_time_codes (
            email text PRIMARY KEY,
            code_hash bytea NOT NULL,
            made_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            tries integer NOT NULL
        );
        CREATE INDEX one_time_codes_expiry ON one_time_codes (expires_at);
        """
}

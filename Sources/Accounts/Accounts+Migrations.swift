public import PostgresDriver

extension Accounts {
    /// The table of users.
    public static let migrations = [
        PostgresMigration(
            number: 1, name: "users",
            sql: """
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
                """)
    ]
}

public import PostgresDriver

/// The notifier's table.
public enum NotificationMigrations {
    /// To be applied in order, together with those of the other rooms.
    public static let all = [
        PostgresMigration(
            number: 8, name: "inbox",
            sql: """
                -- A row is a claim until the mail is out, and then says so. No index on the times: rows come with each
                -- mail, and are pruned once an hour.
                CREATE TABLE inbox (
                    consumer text NOT NULL,
                    event_id text NOT NULL,
                    claimed_by text NOT NULL,
                    claimed_until timestamptz NOT NULL,
                    processed_at timestamptz,
                    PRIMARY KEY (consumer, event_id)
                );
                """)
    ]
}

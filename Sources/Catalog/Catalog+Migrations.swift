public import PostgresDriver

extension Catalog {
    /// The table of events. The index serves the list, whose pages follow the order of start and id.
    public static let migrations = [
        PostgresMigration(
            number: 2, name: "events",
            sql: """
                CREATE TABLE events (
                    id uuid PRIMARY KEY,
                    organizer uuid NOT NULL,
                    name text NOT NULL,
                    venue text NOT NULL,
                    starts_at timestamptz NOT NULL,
                    currency text NOT NULL,
                    hold_ttl_seconds integer NOT NULL,
                    max_units_per_customer integer NOT NULL,
                    layout jsonb NOT NULL,
                    capacity bigint NOT NULL,
                    created_at timestamptz NOT NULL
                );
                CREATE INDEX events_by_start ON events (starts_at, id);
                """)
    ]
}

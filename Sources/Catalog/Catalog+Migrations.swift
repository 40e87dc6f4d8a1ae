public import PostgresDriver

extension Catalog {
    /// The table of events.
    public static let migrations = [
        // The index serves the list, whose pages follow the order of start and id.
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
                """),
        PostgresMigration(
            number: 5, name: "rules of sale",
            sql: """
                ALTER TABLE events
                    ADD COLUMN max_hold_seconds integer,
                    ADD COLUMN max_units_per_hold integer,
                    ADD COLUMN sales_start timestamptz,
                    ADD COLUMN sales_end timestamptz;
                UPDATE events
                SET max_hold_seconds = greatest(hold_ttl_seconds, 1800), max_units_per_hold = max_units_per_customer;
                ALTER TABLE events
                    ALTER COLUMN max_hold_seconds SET NOT NULL,
                    ALTER COLUMN max_units_per_hold SET NOT NULL;
                """),
        PostgresMigration(
            number: 9, name: "cancellation policy",
            sql: """
                ALTER TABLE events
                    ADD COLUMN cancel_until timestamptz,
                    ADD COLUMN cancel_fee_percent integer NOT NULL DEFAULT 0;
                UPDATE events SET cancel_until = starts_at;
                ALTER TABLE events ALTER COLUMN cancel_until SET NOT NULL
                """),
        // The index finds the events whose bookings are still to be cancelled, and is empty most of the time.
        PostgresMigration(
            number: 14, name: "changes of events",
            sql: """
                ALTER TABLE events
                    ADD COLUMN version bigint NOT NULL DEFAULT 1,
                    ADD COLUMN cancelled_at timestamptz,
                    ADD COLUMN all_cancelled boolean NOT NULL DEFAULT false;
                CREATE INDEX events_being_cancelled ON events (id) WHERE cancelled_at IS NOT NULL AND NOT all_cancelled
                """),
    ]
}

public import PostgresDriver

/// The ledger's tables.
public enum BookingMigrations {
    /// To be applied in order, together with those of the other rooms.
    public static let all = [
        PostgresMigration(number: 3, name: "bookings", sql: bookings),
        PostgresMigration(number: 4, name: "simulated_charges", sql: simulatedCharges),
        PostgresMigration(number: 6, name: "cancellations and refunds", sql: refunds),
        PostgresMigration(number: 7, name: "idempotency_keys", sql: idempotencyKeys),
        PostgresMigration(number: 10, name: "simulated_refunds", sql: simulatedRefunds),
        PostgresMigration(number: 11, name: "reminders", sql: reminders),
        PostgresMigration(number: 15, name: "blocks", sql: blocks),
        PostgresMigration(number: 16, name: "check_ins", sql: checkIns),
        PostgresMigration(number: 17, name: "hold_history", sql: holdHistory),
        PostgresMigration(number: 18, name: "customers of claims", sql: customersOfClaims),
        PostgresMigration(number: 19, name: "traces of events", sql: traces),
        PostgresMigration(number: 21, name: "payloads as text", sql: payloadsAsText),
    ]

    private static let bookings = """
        CREATE TABLE shards (
            id integer PRIMARY KEY,
            epoch bigint NOT NULL DEFAULT 0,
            seq bigint NOT NULL DEFAULT 0,
            node text
        );
        INSERT INTO shards (id) SELECT generate_series(0, 63);

        -- Lets a transaction go on only while its writer owns the shards, and numbers the events that it will write.
        -- The rows stay locked until the transaction ends, so the numbers are in commit order and have no gaps.
        CREATE FUNCTION fence_shards(ids integer[], epochs bigint[], events bigint[]) RETURNS void
        LANGUAGE plpgsql AS $fence$
        DECLARE
            owned integer;
        BEGIN
            -- An update alone locks rows as it finds them, and two that find them differently can lock each other out.
            PERFORM FROM shards WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
            UPDATE shards SET seq = seq + fence.events
            FROM unnest(ids, epochs, events) AS fence(id, epoch, events)
            WHERE shards.id = fence.id AND shards.epoch = fence.epoch;
            GET DIAGNOSTICS owned = ROW_COUNT;
            IF owned <> cardinality(ids) THEN
                RAISE EXCEPTION 'another node owns one of these shards' USING ERRCODE = 'USH01';
            END IF;
        END
        $fence$;

        -- Lets a transaction go on only when a statement of it has changed all the rows that it should.
        CREATE FUNCTION require_all(changed bigint, expected bigint) RETURNS void
        LANGUAGE plpgsql AS $require$
        BEGIN
            IF changed <> expected THEN
                RAISE EXCEPTION '% of % rows were changed', changed, expected USING ERRCODE = 'USH02';
            END IF;
        END
        $require$;

        CREATE TABLE bookings (
            id uuid PRIMARY KEY,
            offering uuid NOT NULL,
            hold uuid NOT NULL,
            customer uuid NOT NULL,
            email text NOT NULL,
            status text NOT NULL CHECK (status IN ('queued', 'confirmed', 'failed')),
            version bigint NOT NULL,
            claims jsonb NOT NULL,
            total_minor bigint NOT NULL,
            currency text NOT NULL,
            payment_token text NOT NULL,
            payment_id text,
            failure_code text,
            failure_message text,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL
        );
        CREATE UNIQUE INDEX bookings_hold ON bookings (hold) WHERE status <> 'failed';
        CREATE INDEX bookings_customer ON bookings (customer, created_at, id);
        CREATE INDEX bookings_unfinished ON bookings (offering) WHERE status = 'queued';

        -- What queued and confirmed bookings have. Rows leave when their booking fails.
        CREATE TABLE claims (
            booking uuid NOT NULL,
            offering uuid NOT NULL,
            unit text NOT NULL,
            quantity integer NOT NULL CHECK (quantity > 0),
            unit_capacity integer NOT NULL,
            price_minor bigint NOT NULL,
            PRIMARY KEY (booking, unit)
        );
        CREATE UNIQUE INDEX claims_seat ON claims (offering, unit) WHERE unit_capacity = 1;
        CREATE INDEX claims_general ON claims (offering) WHERE unit_capacity <> 1;

        -- The sum of the claims on each unit that has more than one place, so that the database can judge it.
        CREATE TABLE unit_totals (
            offering uuid NOT NULL,
            unit text NOT NULL,
            capacity integer NOT NULL,
            claimed integer NOT NULL CHECK (claimed BETWEEN 0 AND capacity),
            PRIMARY KEY (offering, unit)
        );

        CREATE TABLE outbox (
            shard integer NOT NULL,
            seq bigint NOT NULL,
            type text NOT NULL,
            offering uuid NOT NULL,
            booking uuid NOT NULL,
            created_at timestamptz NOT NULL,
            payload jsonb NOT NULL,
            PRIMARY KEY (shard, seq)
        )
        """

    private static let simulatedCharges = """
        CREATE TABLE simulated_charges (
            idempotency_key text PRIMARY KEY,
            booking uuid NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            charge_id text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )
        """

    /// A refund is due while it has an amount and is not done. The partial index costs a sale nothing.
    private static let refunds = """
        ALTER TABLE bookings
            DROP CONSTRAINT bookings_status_check,
            ADD CHECK (status IN ('queued', 'confirmed', 'failed', 'cancelled')),
            ADD COLUMN payment_open boolean NOT NULL DEFAULT false,
            ADD COLUMN refund_minor bigint,
            ADD COLUMN refunded boolean NOT NULL DEFAULT false;
        CREATE INDEX bookings_unsettled ON bookings (id)
            WHERE payment_open OR (refund_minor IS NOT NULL AND NOT refunded)
        """

    private static let reminders = """
        CREATE TABLE reminders (
            offering uuid PRIMARY KEY,
            last_booking uuid,
            is_done boolean NOT NULL
        )
        """

    /// A copy of the booking's, so that what is sold of an offering is read from the claims alone.
    private static let customersOfClaims = """
        ALTER TABLE claims ADD COLUMN customer uuid;
        UPDATE claims SET customer = bookings.customer FROM bookings WHERE bookings.id = claims.booking;
        ALTER TABLE claims ALTER COLUMN customer SET NOT NULL
        """

    /// The index finds an offering's bookings page by page, in the order of their making.
    private static let blocks = """
        CREATE TABLE blocks (
            id uuid PRIMARY KEY,
            offering uuid NOT NULL,
            claims jsonb NOT NULL,
            reason text,
            created_by uuid NOT NULL,
            created_at timestamptz NOT NULL,
            removed_by uuid,
            removed_at timestamptz
        );
        CREATE INDEX blocks_offering ON blocks (offering, id);
        CREATE INDEX bookings_offering ON bookings (offering, id)
        """

    private static let checkIns = """
        CREATE TABLE check_ins (
            booking uuid NOT NULL,
            place integer NOT NULL,
            checked_in_at timestamptz NOT NULL,
            admitted_by uuid NOT NULL,
            gate text,
            PRIMARY KEY (booking, place)
        )
        """

    /// A hold's id begins with the time at which it was made. So the key finds the latest holds of an offering, as well as
    /// it keeps a batch that is written twice from counting twice; the index is for pruning, and grows at its end only.
    private static let holdHistory = """
        CREATE TABLE hold_history (
            offering uuid NOT NULL,
            hold uuid NOT NULL,
            kind text NOT NULL,
            customer uuid NOT NULL,
            units text[] NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (offering, hold, kind)
        );
        CREATE INDEX hold_history_age ON hold_history (at);
        ALTER TABLE bookings ADD COLUMN cancelled_at timestamptz
        """

    private static let simulatedRefunds = """
        CREATE TABLE simulated_refunds (
            idempotency_key text PRIMARY KEY,
            charge_id text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )
        """

    private static let idempotencyKeys = """
        CREATE TABLE idempotency_keys (
            owner uuid NOT NULL,
            word text COLLATE "C" NOT NULL,
            fingerprint text NOT NULL,
            resource uuid NOT NULL,
            run uuid NOT NULL,
            created_at timestamptz NOT NULL,
            -- The answer: all null until it is known.
            status integer,
            content_type text,
            location text,
            body text,
            PRIMARY KEY (owner, word)
        );
        CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)
        """

    /// Nobody looks into a payload here, so PostgreSQL need not take it apart and put it together again.
    private static let payloadsAsText = "ALTER TABLE outbox ALTER COLUMN payload TYPE text"

    /// Without a default, so no row is written.
    private static let traces = "ALTER TABLE outbox ADD COLUMN traceparent text, ADD COLUMN tracestate text"
}

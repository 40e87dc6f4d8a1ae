-- What a booking site on PostgreSQL alone has: events with a count of what is left, seats, bookings, and messages to send.
CREATE TABLE events (
    id integer PRIMARY KEY,
    name text NOT NULL,
    available integer NOT NULL CHECK (available >= 0)
);
CREATE TABLE seats (
    id integer PRIMARY KEY,
    event integer NOT NULL,
    name text NOT NULL,
    price_minor integer NOT NULL,
    status text NOT NULL
);
CREATE TABLE bookings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event integer NOT NULL,
    customer integer NOT NULL,
    total_minor integer NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bookings_customer ON bookings (customer, created_at);
CREATE TABLE booking_seats (
    booking bigint NOT NULL,
    seat integer NOT NULL,
    PRIMARY KEY (booking, seat)
);
CREATE UNIQUE INDEX booking_seats_seat ON booking_seats (seat);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type text NOT NULL,
    booking bigint NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A million seats of a hundred events; event 0 is the one that everybody wants.
INSERT INTO events SELECT id, 'Event ' || id, 10000 FROM generate_series(1, 100) AS id;
INSERT INTO events VALUES (0, 'The hot one', 100000000);
INSERT INTO seats
    SELECT id, id / 10000 + 1, format('STALLS-%s-%s', id % 10000 / 100 + 1, id % 100 + 1), 8500, 'free'
    FROM generate_series(0, 999999) AS id;
VACUUM ANALYZE events, seats;

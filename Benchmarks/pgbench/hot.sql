-- One booking of a place at the event that everybody wants, whose row counts what is left.
\set customer random(1, 100000)
BEGIN;
UPDATE events SET available = available - 1 WHERE id = 0 AND available > 0;
INSERT INTO bookings (event, customer, total_minor, status) VALUES (0, :customer, 8500, 'confirmed')
    RETURNING id AS booking \gset
INSERT INTO outbox (type, booking, payload)
    VALUES ('booking.confirmed', :booking, jsonb_build_object('booking', :booking::bigint, 'total', 8500));
COMMIT;

-- One booking of a seat among a million. A seat that is sold already makes no booking.
\set seat random(0, 999999)
\set customer random(1, 100000)
BEGIN;
SELECT status = 'free' AS is_free FROM seats WHERE id = :seat FOR UPDATE \gset
\if :is_free
INSERT INTO bookings (event, customer, total_minor, status)
    SELECT event, :customer, price_minor, 'confirmed' FROM seats WHERE id = :seat RETURNING id AS booking \gset
INSERT INTO booking_seats (booking, seat) VALUES (:booking, :seat);
UPDATE seats SET status = 'sold' WHERE id = :seat;
INSERT INTO outbox (type, booking, payload)
    VALUES (
        'booking.confirmed', :booking,
        jsonb_build_object('booking', :booking::bigint, 'seat', :seat::integer, 'total', 8500));
\endif
COMMIT;

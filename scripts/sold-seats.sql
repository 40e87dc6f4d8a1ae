-- What a crowd of customers leaves in the ledger, without their events, in each event whose name begins with `Hall of`.
-- The last row is free, a fifth of the one before is in payment, and the others are sold, four seats to a customer, who
-- has the id of her booking.
BEGIN;
CREATE TEMPORARY TABLE places ON COMMIT DROP AS
    SELECT md5(events.id::text || row || '-' || (seat - 1) / 4)::uuid AS booking, events.id AS offering,
        format('STALLS-%s-%s', row, seat) AS unit,
        CASE WHEN row = rows - 1 THEN 'queued' ELSE 'confirmed' END AS status
    FROM events, LATERAL (SELECT (layout -> 0 ->> 'rows')::integer AS rows) AS hall,
        generate_series(1, rows - 1) AS row, generate_series(1, CASE WHEN row = rows - 1 THEN 200 ELSE 1000 END) AS seat
    WHERE name LIKE 'Hall of %';
INSERT INTO claims (booking, offering, customer, unit, quantity, unit_capacity, price_minor)
    SELECT booking, offering, booking, unit, 1, 1, 8500 FROM places;
INSERT INTO bookings (id, offering, hold, customer, email, status, version, claims, total_minor, currency,
        payment_token, payment_id, created_at, updated_at)
    SELECT booking, offering, booking, booking, 'customer@usher.example', status,
        CASE status WHEN 'queued' THEN 1 ELSE 3 END,
        jsonb_agg(jsonb_build_object('unit', unit, 'quantity', 1, 'price', 8500, 'capacity', 1)),
        8500 * count(*), 'EUR', 'tok_visa', CASE status WHEN 'confirmed' THEN 'ch_' || booking || '-1' END, now(), now()
    FROM places GROUP BY booking, offering, status;
INSERT INTO simulated_charges (idempotency_key, booking, amount_minor, currency, charge_id)
    SELECT id || '-1', id, total_minor, currency, payment_id FROM bookings
    WHERE status = 'confirmed' AND id IN (SELECT booking FROM places);
COMMIT;
VACUUM ANALYZE bookings, claims, simulated_charges;

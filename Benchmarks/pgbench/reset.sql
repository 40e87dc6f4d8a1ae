-- As before the first sale.
TRUNCATE bookings, booking_seats, outbox;
UPDATE seats SET status = 'free' WHERE status <> 'free';
VACUUM seats, events;

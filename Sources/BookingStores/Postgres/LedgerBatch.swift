import Booking
import Inventory
import PostgresDriver

/// The statements that write a batch of changes behind its fence: few, however many changes there are.
struct LedgerBatch {
    private let changes: [LedgerChange]

    init(_ changes: [LedgerChange]) {
        self.changes = changes
    }

    var fence: ShardFence { ShardFence(changes, writesEvents: true) }

    func statements() -> [PostgresStatement] {
        let new = bookings { $0.kind == .queued }
        let changed = changes.filter { $0.kind != .queued && $0.kind != .reminder }
        let failed = bookings { $0.kind == .failed }
        let claiming = bookings(where: \.takesClaims)
        let returning = bookings(where: \.returnsClaims)

        var statements: [PostgresStatement] = []
        if !new.isEmpty { statements.append(insertBookings(new)) }
        if !claiming.isEmpty { statements.append(insertClaims(claiming)) }
        if let totals = addToTotals(claiming) { statements.append(totals) }
        // One that fails may never have been written as queued; then there is a row to be updated all the same.
        if !failed.isEmpty { statements.append(insertUnwritten(failed)) }
        if !changed.isEmpty { statements.append(updateBookings(changed)) }
        if !returning.isEmpty { statements += returnClaims(returning) }
        statements.append(insertEvents())
        return statements
    }

    private func bookings(where isMeant: (LedgerChange) -> Bool) -> [Booking] {
        changes.filter(isMeant).map(\.booking)
    }
}

// MARK: - Bookings

extension LedgerBatch {
    private func insertBookings(_ bookings: [Booking]) -> PostgresStatement {
        insert(bookings, status: .queued, versions: bookings.map(\.version))
    }

    private func insertUnwritten(_ bookings: [Booking]) -> PostgresStatement {
        insert(
            bookings, status: .failed, versions: bookings.map { _ in 0 }, onConflict: "ON CONFLICT (id) DO NOTHING")
    }

    private func insert(
        _ bookings: [Booking], status: BookingStatus, versions: [Int64], onConflict: String = ""
    ) -> PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO bookings (id, offering, hold, customer, email, status, version, claims, total_minor, currency,
                                  payment_token, created_at, updated_at)
            SELECT id, offering, hold, customer, email, '\(status.rawValue)', version, claims, total_minor, currency,
                   payment_token, created_at, created_at
            FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::jsonb[],
                        $8::bigint[], $9::text[], $10::text[], $11::timestamptz[])
                AS b(id, offering, hold, customer, email, version, claims, total_minor, currency, payment_token,
                     created_at)
            \(onConflict)
            """,
            [
                .uuids(bookings.map { PostgresUUID($0.id.own) }),
                .uuids(bookings.map { PostgresUUID($0.id.offering) }),
                .uuids(bookings.map { PostgresUUID($0.hold.own) }),
                .uuids(bookings.map { PostgresUUID($0.customer.id) }),
                .texts(bookings.map(\.customer.email)), .int64s(versions),
                .jsons(bookings.map(\.claims.json)),
                .int64s(bookings.map(\.totalMinor)), .texts(bookings.map(\.currency)),
                .texts(bookings.map(\.paymentToken)),
                .timestamps(bookings.map { PostgresTimestamp($0.createdAt) }),
            ])
    }

    /// Ends the transaction when a booking has this version already, or is not what the change starts from: its claims and
    /// its event must not count twice.
    private func updateBookings(_ changes: [LedgerChange]) -> PostgresStatement {
        let bookings = changes.map(\.booking)
        return PostgresStatement(
            """
            WITH updated AS (
                UPDATE bookings
                SET status = b.status, version = b.version, payment_id = b.payment_id, failure_code = b.failure_code,
                    failure_message = b.failure_message, updated_at = b.updated_at, payment_open = b.payment_open,
                    refund_minor = nullif(b.refund_minor, 0), refunded = b.refunded,
                    cancelled_at = CASE WHEN bookings.status <> b.status AND b.status = 'cancelled'
                        THEN b.updated_at ELSE bookings.cancelled_at END
                FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                            $8::boolean[], $9::bigint[], $10::boolean[], $11::text[])
                    AS b(id, status, version, payment_id, failure_code, failure_message, updated_at, payment_open,
                         refund_minor, refunded, status_before)
                WHERE bookings.id = b.id AND bookings.version < b.version
                    AND bookings.status = coalesce(b.status_before, bookings.status)
                RETURNING 1
            )
            SELECT require_all(count(*), cardinality($1)) FROM updated
            """,
            [
                .uuids(bookings.map { PostgresUUID($0.id.own) }), .texts(bookings.map(\.status.rawValue)),
                .int64s(bookings.map(\.version)), .optionalTexts(bookings.map(\.paymentID)),
                .optionalTexts(bookings.map(\.failure?.code)), .optionalTexts(bookings.map(\.failure?.message)),
                .timestamps(bookings.map { PostgresTimestamp($0.updatedAt) }), .bools(bookings.map(\.isPaymentOpen)),
                .int64s(bookings.map { $0.refund?.amountMinor ?? 0 }),
                .bools(bookings.map { $0.refund?.isDone == true }),
                .optionalTexts(changes.map { $0.before?.rawValue }),
            ])
    }
}

// MARK: - Claims

extension LedgerBatch {
    private func insertClaims(_ bookings: [Booking]) -> PostgresStatement {
        let rows = bookings.flatMap { booking in booking.claims.map { (booking, $0) } }
        return PostgresStatement(
            """
            INSERT INTO claims (booking, offering, customer, unit, quantity, unit_capacity, price_minor)
            SELECT * FROM unnest(
                $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::integer[], $7::bigint[])
            """,
            [
                .uuids(rows.map { PostgresUUID($0.0.id.own) }), .uuids(rows.map { PostgresUUID($0.0.id.offering) }),
                .uuids(rows.map { PostgresUUID($0.0.customer.id) }), .texts(rows.map(\.1.unit)),
                .int32s(rows.map { Int32(clamping: $0.1.quantity) }),
                .int32s(rows.map { Int32(clamping: $0.1.unitCapacity) }), .int64s(rows.map(\.1.priceMinor)),
            ])
    }

    /// Gives back what is still claimed, and so nothing twice.
    private func returnClaims(_ bookings: [Booking]) -> [PostgresStatement] {
        let ids: [PostgresValue] = [.uuids(bookings.map { PostgresUUID($0.id.own) })]
        return [
            PostgresStatement(
                """
                UPDATE unit_totals SET claimed = unit_totals.claimed - c.quantity
                FROM (SELECT offering, unit, sum(quantity) AS quantity FROM claims
                      WHERE booking = ANY($1) AND unit_capacity <> 1 GROUP BY offering, unit) AS c
                WHERE unit_totals.offering = c.offering AND unit_totals.unit = c.unit
                """, ids),
            PostgresStatement("DELETE FROM claims WHERE booking = ANY($1)", ids),
        ]
    }

    /// Adds to the sums of units with more than one place; nil when there are none.
    private func addToTotals(_ bookings: [Booking]) -> PostgresStatement? {
        struct Unit: Hashable {
            let offering: UniqueID
            let name: String
        }
        var totals: [Unit: (capacity: Int, claimed: Int)] = [:]
        for booking in bookings {
            for claim in booking.claims where claim.unitCapacity > 1 {
                let unit = Unit(offering: booking.id.offering, name: claim.unit)
                totals[unit, default: (claim.unitCapacity, 0)].claimed += claim.quantity
            }
        }
        guard !totals.isEmpty else { return nil }
        let ordered = totals.sorted { ($0.key.offering, $0.key.name) < ($1.key.offering, $1.key.name) }
        return PostgresStatement(
            """
            MERGE INTO unit_totals
            USING unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[]) AS t(offering, unit, capacity, claimed)
            ON unit_totals.offering = t.offering AND unit_totals.unit = t.unit
            WHEN MATCHED THEN UPDATE SET claimed = unit_totals.claimed + t.claimed
            WHEN NOT MATCHED THEN INSERT VALUES (t.offering, t.unit, t.capacity, t.claimed)
            """,
            [
                .uuids(ordered.map { PostgresUUID($0.key.offering) }), .texts(ordered.map(\.key.name)),
                .int32s(ordered.map { Int32(clamping: $0.value.capacity) }),
                .int32s(ordered.map { Int32(clamping: $0.value.claimed) }),
            ])
    }
}

// MARK: - Events

extension LedgerBatch {
    /// The fence has raised each shard's number by the events of the batch, and holds the row: counting back from it
    /// gives each event its own.
    private func insertEvents() -> PostgresStatement {
        var left = Dictionary(grouping: changes, by: \.shard).mapValues { Int64($0.count) }
        let countsBack = changes.map { change in
            left[change.shard, default: 0] -= 1
            return left[change.shard, default: 0]
        }
        return PostgresStatement(
            """
            INSERT INTO outbox (shard, seq, type, offering, booking, created_at, payload, traceparent, tracestate)
            SELECT e.shard, shards.seq - e.counts_back, e.type, e.offering, e.booking, e.created_at, e.payload,
                   e.traceparent, e.tracestate
            FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[],
                        $7::text[], $8::text[], $9::text[])
                AS e(shard, counts_back, type, offering, booking, created_at, payload, traceparent, tracestate)
                JOIN shards ON shards.id = e.shard
            """,
            [
                .int32s(changes.map { Int32($0.shard) }), .int64s(countsBack),
                .texts(changes.map(\.eventType)),
                .uuids(changes.map { PostgresUUID($0.offering.id) }),
                .uuids(changes.map { PostgresUUID($0.booking.id.own) }),
                .timestamps(changes.map { PostgresTimestamp($0.booking.updatedAt) }),
                .texts(changes.map(\.eventPayload)),
                .optionalTexts(changes.map(\.trace?.traceparent)), .optionalTexts(changes.map(\.trace?.tracestate)),
            ])
    }
}

public import Booking
public import Inventory
import PostgresDriver

extension PostgresLedger {
    static let columns = """
        id, offering, hold, customer, email, status, version, claims, currency, payment_token, created_at, updated_at,
        payment_id, failure_code, failure_message, payment_open, refund_minor, refunded, cancelled_at
        """

    public func state(of offering: UniqueID) async throws(LedgerError) -> LedgerState {
        // Several statements, yet one state: only the shard's owner writes, and it sells nothing of the offering before it
        // has read this.
        let parameters: [PostgresValue] = [.uuid(PostgresUUID(offering))]
        // One statement for both kinds of units, each on an index of its own. Each seat is a row already. Without a join,
        // which for a million seats took most of the time that an event needs after a restart: what is claimed is sold,
        // unless its booking is one of the few that are unfinished.
        let sums = try await read(
            PostgresStatement(
                """
                WITH unfinished AS (SELECT id FROM bookings WHERE offering = $1 AND status = 'queued')
                SELECT unit, customer, quantity::bigint FROM claims
                WHERE offering = $1 AND unit_capacity = 1 AND booking NOT IN (SELECT id FROM unfinished)
                UNION ALL
                SELECT unit, customer, sum(quantity) FROM claims
                WHERE offering = $1 AND unit_capacity <> 1 AND booking NOT IN (SELECT id FROM unfinished)
                GROUP BY unit, customer
                """, parameters))
        let unfinished = try await read(
            PostgresStatement(
                "SELECT \(Self.columns) FROM bookings WHERE offering = $1 AND status = 'queued' ORDER BY id",
                parameters))
        let booked = try decoded { () throws(PostgresError) in
            try sums.map { row throws(PostgresError) in
                LedgerState.BookedUnit(
                    unit: try row.decode(0), customer: UniqueID(try row.decode(1)),
                    quantity: Int(try row.decode(2, as: Int64.self)))
            }
        }
        let blocks = try await read(
            PostgresStatement(
                "SELECT \(Self.blockColumns) FROM blocks WHERE offering = $1 AND removed_at IS NULL ORDER BY id",
                parameters))
        return LedgerState(booked: booked, unfinished: try bookings(unfinished), blocks: try self.blocks(blocks))
    }

    /// Whether nobody has taken the shards since they had these epochs.
    public func isOwner(ofShardsAt epochs: [Int64]) async throws(LedgerError) -> Bool {
        let rows = try await read(
            PostgresStatement(
                """
                SELECT count(*) FROM unnest($1::integer[], $2::bigint[]) AS own(id, epoch) JOIN shards USING (id, epoch)
                """, [.int32s(epochs.indices.map(Int32.init)), .int64s(epochs)]))
        return try decoded { () throws(PostgresError) in
            try rows[0].decode(0, as: Int64.self) == Int64(epochs.count)
        }
    }

    public func bookedHolds(among holds: [HoldID]) async throws(LedgerError) -> Set<HoldID> {
        let rows = try await read(
            PostgresStatement(
                "SELECT offering, hold FROM bookings WHERE hold = ANY($1) AND status <> 'failed'",
                [.uuids(holds.map { PostgresUUID($0.own) })]))
        return try decoded { () throws(PostgresError) in
            Set(
                try rows.map { row throws(PostgresError) in
                    HoldID(offering: UniqueID(try row.decode(0)), own: UniqueID(try row.decode(1)))
                })
        }
    }

    public func booking(_ id: BookingID) async throws(LedgerError) -> Booking? {
        let rows = try await read(
            PostgresStatement(
                "SELECT \(Self.columns) FROM bookings WHERE id = $1 AND offering = $2",
                [.uuid(PostgresUUID(id.own)), .uuid(PostgresUUID(id.offering))]))
        return try bookings(rows).first
    }

    public func bookings(
        of customer: UniqueID, limit: Int, before: BookingCursor?
    ) async throws(LedgerError) -> [Booking] {
        var parameters: [PostgresValue] = [.uuid(PostgresUUID(customer)), .int64(Int64(limit))]
        var condition = "customer = $1"
        if let before {
            condition += " AND (created_at, id) < ($3, $4)"
            parameters += [.timestamp(PostgresTimestamp(before.createdAt)), .uuid(PostgresUUID(before.own))]
        }
        let rows = try await read(
            PostgresStatement(
                "SELECT \(Self.columns) FROM bookings WHERE \(condition) ORDER BY created_at DESC, id DESC LIMIT $2",
                parameters))
        return try bookings(rows)
    }

    public func unfinishedBookings() async throws(LedgerError) -> [Booking] {
        let rows = try await read(
            PostgresStatement("SELECT \(Self.columns) FROM bookings WHERE status = 'queued' ORDER BY id"))
        return try bookings(rows)
    }

    public func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) async throws(LedgerError) -> [Booking] {
        let rows = try await read(
            PostgresStatement(
                """
                SELECT \(Self.columns) FROM bookings
                WHERE offering = $1 AND ($2::uuid IS NULL OR id > $2) AND ($3::text IS NULL OR status = $3)
                ORDER BY id LIMIT $4
                """,
                [
                    .uuid(PostgresUUID(offering)), last.map { .uuid(PostgresUUID($0)) } ?? .null,
                    status.map { .text($0.rawValue) } ?? .null, .int64(Int64(limit)),
                ]))
        return try bookings(rows)
    }

    public func unsettledBookings(after last: UniqueID?, limit: Int) async throws(LedgerError) -> [Booking] {
        let rows = try await read(
            PostgresStatement(
                """
                SELECT \(Self.columns) FROM bookings
                WHERE (payment_open OR (refund_minor IS NOT NULL AND NOT refunded)) AND ($2::uuid IS NULL OR id > $2)
                ORDER BY id LIMIT $1
                """, [.int64(Int64(limit)), last.map { .uuid(PostgresUUID($0)) } ?? .null]))
        return try bookings(rows)
    }

    func bookings(_ rows: PostgresRows) throws(LedgerError) -> [Booking] {
        do {
            return try rows.map(Booking.init)
        } catch {
            throw LedgerError(.unavailable, "The ledger holds a booking that cannot be read", cause: error)
        }
    }
}

extension Booking {
    fileprivate init(_ row: PostgresRow) throws {
        let offering = UniqueID(try row.decode(1, as: PostgresUUID.self))
        let status: String = try row.decode(5)
        guard let status = BookingStatus(rawValue: status) else {
            throw LedgerError(.unavailable, "There is no booking status \(status)")
        }
        let failureCode: String? = try row.decode(13)
        let refundMinor: Int64? = try row.decode(16)
        self.init(
            id: BookingID(offering: offering, own: UniqueID(try row.decode(0))),
            hold: HoldID(offering: offering, own: UniqueID(try row.decode(2))),
            customer: Customer(id: UniqueID(try row.decode(3)), email: try row.decode(4)),
            claims: try [Claim](json: try row.decode(7)), currency: try row.decode(8),
            paymentToken: try row.decode(9), createdAt: Timestamp(try row.decode(10)), status: status,
            version: try row.decode(6), updatedAt: Timestamp(try row.decode(11)), paymentID: try row.decode(12),
            failure: try failureCode.map { BookingFailure(code: $0, message: try row.decode(14)) },
            isPaymentOpen: try row.decode(15),
            refund: try refundMinor.map { BookingRefund(amountMinor: $0, isDone: try row.decode(17)) },
            cancelledAt: try row.decode(18, as: PostgresTimestamp?.self).map(Timestamp.init))
    }
}

extension PostgresUUID {
    init(_ id: UniqueID) { self.init(high: id.high, low: id.low) }
}

extension UniqueID {
    init(_ id: PostgresUUID) { self.init(high: id.high, low: id.low) }
}

extension PostgresTimestamp {
    init(_ timestamp: Timestamp) {
        self.init(microsecondsSince1970: timestamp.millisecondsSince1970 &* 1_000)
    }
}

extension Timestamp {
    init(_ timestamp: PostgresTimestamp) {
        self.init(millisecondsSince1970: timestamp.microsecondsSince1970 / 1_000)
    }
}

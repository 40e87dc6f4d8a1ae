public import Booking
public import Inventory
public import PostgresDriver

/// The outbox beside the ledger, in the same database.
public struct PostgresOutbox: Outbox {
    private static let columns = """
        shard, seq, type, offering, booking, created_at, payload, traceparent, tracestate
        """

    let signal: OutboxSignal
    private let client: PostgresClient

    /// Makes an outbox on a client that runs elsewhere.
    public init(client: PostgresClient, clock: any BookingClock) {
        self.client = client
        signal = OutboxSignal(clock: clock)
    }

    public func pending(limit: Int) async throws(LedgerError) -> [OutboxEvent] {
        let oldest = try await read(
            """
            SELECT \(Self.columns) FROM outbox
            ORDER BY shard, seq LIMIT $1
            """, limit)
        // Mostly that is all there is. Otherwise the first shards must not keep the others from their turn.
        return oldest.count < limit ? oldest : try await pendingShares(of: limit)
    }

    /// Gives each shard that has events an equal share, and leaves free what a shard does not need.
    ///
    /// The nested queries with limits probe the primary key once for each shard, whatever the planner knows about a table
    /// that is empty at one time and long at another.
    private func pendingShares(of limit: Int) async throws(LedgerError) -> [OutboxEvent] {
        try await read(
            """
            WITH waiting AS MATERIALIZED (
                SELECT id FROM shards
                    CROSS JOIN LATERAL (SELECT FROM outbox WHERE shard = shards.id ORDER BY seq LIMIT 1) AS first
            )
            SELECT \(Self.columns)
            FROM waiting CROSS JOIN LATERAL (
                SELECT * FROM outbox WHERE shard = waiting.id ORDER BY seq
                LIMIT greatest($1 / (SELECT count(*) FROM waiting), 1)
            ) AS events
            ORDER BY shard, seq LIMIT $1
            """, limit)
    }

    private func read(_ query: String, _ limit: Int) async throws(LedgerError) -> [OutboxEvent] {
        do {
            return try await client.execute(PostgresStatement(query, [.int64(Int64(limit))])).map(OutboxEvent.init)
        } catch {
            throw LedgerError(.unavailable, "The outbox could not be read", cause: error)
        }
    }

    public func remove(_ events: [OutboxEvent]) async throws(LedgerError) {
        do {
            try await client.transaction([
                .findByIndex,
                PostgresStatement(
                    """
                    DELETE FROM outbox USING unnest($1::integer[], $2::bigint[]) AS sent(shard, seq)
                    WHERE outbox.shard = sent.shard AND outbox.seq = sent.seq
                    """,
                    [.int32s(events.map { Int32(clamping: $0.shard) }), .int64s(events.map(\.sequence))]),
            ])
        } catch {
            throw LedgerError(.unavailable, "The outbox could not be written", cause: error)
        }
    }

    /// Each shard's events have numbers without gaps, so their count needs two look-ups a shard, however many wait.
    public func backlog() async throws(LedgerError) -> OutboxBacklog {
        do {
            let rows = try await client.execute(
                PostgresStatement(
                    """
                    SELECT coalesce(sum(newest.seq - oldest.seq + 1), 0)::bigint, min(oldest.created_at) FROM shards
                    CROSS JOIN LATERAL
                        (SELECT seq, created_at FROM outbox WHERE shard = shards.id ORDER BY seq LIMIT 1) oldest
                    CROSS JOIN LATERAL
                        (SELECT seq FROM outbox WHERE shard = shards.id ORDER BY seq DESC LIMIT 1) newest
                    """))
            let oldest: PostgresTimestamp? = try rows[0].decode(1)
            return OutboxBacklog(count: Int(try rows[0].decode(0, as: Int64.self)), oldest: oldest.map(Timestamp.init))
        } catch {
            throw LedgerError(.unavailable, "The outbox could not be read", cause: error)
        }
    }

    public func awaitEvents(until deadline: Moment) async {
        await signal.wait(until: deadline)
    }
}

extension OutboxEvent {
    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        let offering = UniqueID(try row.decode(3, as: PostgresUUID.self))
        self.init(
            shard: try row.decode(0), sequence: try row.decode(1), type: try row.decode(2), offering: offering,
            subject: BookingID(offering: offering, own: UniqueID(try row.decode(4))),
            time: Timestamp(try row.decode(5)), payload: Array(try row.decode(6, as: String.self).utf8))
        traceparent = try row.decode(7)
        tracestate = try row.decode(8)
    }
}

/// Wakes the one who waits for events, so that none has to be looked for too often.
actor OutboxSignal {
    private let clock: any BookingClock
    private var isRaised = false
    private var waiter: CheckedContinuation<Void, Never>?

    init(clock: any BookingClock) {
        self.clock = clock
    }

    func raise() {
        isRaised = true
        waiter?.resume()
        waiter = nil
    }

    func wait(until deadline: Moment) async {
        let timer = Task {
            try await clock.sleep(until: deadline)
            raise()
        }
        if !isRaised {
            await withCheckedContinuation { waiter = $0 }
        }
        timer.cancel()
        isRaised = false
    }
}

public import Booking
public import Inventory
public import PostgresDriver

/// The outbox beside the ledger, in the same database.
public struct PostgresOutbox: Outbox {
    let signal: OutboxSignal
    private let client: PostgresClient

    /// Makes an outbox on a client that runs elsewhere.
    public init(client: PostgresClient, clock: any BookingClock) {
        self.client = client
        signal = OutboxSignal(clock: clock)
    }

    public func pending(limit: Int) async throws(LedgerError) -> [OutboxEvent] {
        do {
            let rows = try await client.execute(
                PostgresStatement(
                    """
                    SELECT shard, seq, type, offering, booking, created_at, payload FROM outbox
                    ORDER BY shard, seq LIMIT $1
                    """, [.int64(Int64(limit))]))
            return try rows.map(OutboxEvent.init)
        } catch {
            throw LedgerError(.unavailable, "The outbox could not be read", cause: error)
        }
    }

    public func remove(_ events: [OutboxEvent]) async throws(LedgerError) {
        do {
            try await client.execute(
                PostgresStatement(
                    """
                    DELETE FROM outbox USING unnest($1::integer[], $2::bigint[]) AS sent(shard, seq)
                    WHERE outbox.shard = sent.shard AND outbox.seq = sent.seq
                    """,
                    [.int32s(events.map { Int32(clamping: $0.shard) }), .int64s(events.map(\.sequence))]))
        } catch {
            throw LedgerError(.unavailable, "The outbox could not be written", cause: error)
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

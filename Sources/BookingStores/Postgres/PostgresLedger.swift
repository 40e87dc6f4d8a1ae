public import Booking
import Inventory
public import Logging
public import PostgresDriver

/// The ledger in PostgreSQL. Changes that come together are committed together.
public final class PostgresLedger: Ledger {
    /// Changes of one transaction, at most.
    private static let batchLimit = 500
    /// How long a change may take; it is in doubt then.
    private static let patience = Duration.seconds(3)

    let client: PostgresClient
    private let outboxSignal: OutboxSignal
    private let committer: GroupCommitter<LedgerChange, Void>
    private let metrics = LedgerMetrics()

    /// Makes a ledger on a client that runs elsewhere.
    ///
    /// - Parameter outbox: Is told when there are new events.
    public init(client: PostgresClient, outbox: PostgresOutbox, clock: any BookingClock, logger: Logger) {
        self.client = client
        outboxSignal = outbox.signal
        let writer = LedgerWriter(client: client, clock: clock, logger: logger)
        committer = GroupCommitter(limit: Self.batchLimit, patience: .init(duration: Self.patience, clock: clock)) {
            [metrics] changes in
            await metrics.measure(changes.count) { await writer.write(changes) }
        }
    }

    public func takeShards(node: String) async throws(LedgerError) -> [Int64] {
        let rows = try await read(
            PostgresStatement(
                """
                WITH locked AS (SELECT id FROM shards ORDER BY id FOR NO KEY UPDATE)
                UPDATE shards SET epoch = epoch + 1, node = $1 FROM locked WHERE shards.id = locked.id
                RETURNING shards.id, epoch
                """, [.text(node)]))
        var epochs = Array(repeating: Int64(0), count: Shard.count)
        for row in rows {
            let (shard, epoch): (Int, Int64) = try decoded { () throws(PostgresError) in
                (try row.decode(0), try row.decode(1))
            }
            guard epochs.indices.contains(shard) else {
                throw LedgerError(.unavailable, "The database has a shard \(shard), which does not exist")
            }
            epochs[shard] = epoch
        }
        return epochs
    }

    public func commit(_ change: LedgerChange) async throws(LedgerError) {
        do {
            try await committer.commit(change)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerError(.unavailable, "The ledger could not be written", cause: error)
        }
        metrics.count(change)
        await outboxSignal.raise()
    }

    /// Writes changes that need no retry and share a transaction with a statement of their own.
    func write(_ changes: [LedgerChange], and statement: PostgresStatement) async throws(LedgerError) {
        do {
            let batch = LedgerBatch(changes)
            try await client.transaction(behind: batch.fence, batch.statements() + [statement])
        } catch {
            throw LedgerError(error)
        }
        for change in changes { metrics.count(change) }
        await outboxSignal.raise()
    }

    func read(_ statement: PostgresStatement) async throws(LedgerError) -> PostgresRows {
        do {
            return try await client.execute(statement)
        } catch {
            throw LedgerError(.unavailable, "The ledger could not be read", cause: error)
        }
    }

    func decoded<Value>(_ body: () throws(PostgresError) -> Value) throws(LedgerError) -> Value {
        do {
            return try body()
        } catch {
            throw LedgerError(.unavailable, "The ledger holds a row that cannot be read", cause: error)
        }
    }
}

import Booking
import Inventory
import PostgresDriver

/// What a transaction on the ledger must pass first: it goes on only while its writer owns the shards.
///
/// It locks the shards' rows in one order until the transaction ends, and raises each one's number by the events that the
/// transaction will write.
struct ShardFence {
    private struct Pass: Hashable {
        let shard: Int
        let epoch: Int64
    }

    private var events: [Pass: Int64] = [:]

    /// For transactions that write no event.
    init(_ offering: UniqueID, epoch: Int64) {
        events[Pass(shard: Shard.index(of: offering), epoch: epoch)] = 0
    }

    /// A shard that is shown with two epochs passes with one of them at most, so each change is judged by its own.
    init(_ changes: [LedgerChange], writesEvents: Bool) {
        for change in changes {
            events[Pass(shard: change.shard, epoch: change.epoch), default: 0] += writesEvents ? 1 : 0
        }
    }

    fileprivate var statement: PostgresStatement {
        let ordered = events.sorted { $0.key.shard < $1.key.shard }
        return PostgresStatement(
            "SELECT fence_shards($1, $2, $3)",
            [
                .int32s(ordered.map { Int32($0.key.shard) }), .int64s(ordered.map(\.key.epoch)),
                .int64s(ordered.map(\.value)),
            ])
    }
}

extension PostgresClient {
    /// Runs statements in one transaction behind a fence.
    ///
    /// - Returns: What the statements returned, without the fence.
    @discardableResult
    func transaction(
        behind fence: ShardFence, _ statements: [PostgresStatement]
    ) async throws(PostgresError) -> [PostgresRows] {
        let first = [.findByIndex, fence.statement]
        return Array(try await transaction(first + statements).dropFirst(first.count))
    }
}

extension LedgerChange {
    var shard: Int { Shard.index(of: offering.id) }
}

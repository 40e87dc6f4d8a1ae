import Audit
public import Booking
import Foundation
public import Inventory
import PostgresDriver

/// Blocks, each a row; written and read behind the shard's fence. Who makes and lifts them is recorded in the same step.
extension PostgresLedger {
    static let blockColumns = "id, offering, claims, reason, created_by, created_at"

    public func blocks(of offering: UniqueID, epoch: Int64) async throws(LedgerError) -> [Block] {
        try blocks(
            await fenced(
                offering, epoch: epoch,
                PostgresStatement(
                    "SELECT \(Self.blockColumns) FROM blocks WHERE offering = $1 AND removed_at IS NULL ORDER BY id",
                    [.uuid(PostgresUUID(offering))])))
    }

    public func add(_ block: Block, epoch: Int64) async throws(LedgerError) {
        _ = try await fenced(
            block.offering, epoch: epoch,
            PostgresStatement(
                """
                INSERT INTO blocks (\(Self.blockColumns)) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                [
                    .uuid(PostgresUUID(block.id)), .uuid(PostgresUUID(block.offering)), .json(block.claims.json),
                    block.reason.map { .text($0) } ?? .null, .uuid(PostgresUUID(block.createdBy)),
                    .timestamp(PostgresTimestamp(block.createdAt)),
                ]
            ).recording(AuditedChange(.blockMade, of: block.id, event: block.offering)))
    }

    public func removeBlock(_ removal: BlockRemoval, epoch: Int64) async throws(LedgerError) -> Bool {
        let rows = try await fenced(
            removal.offering, epoch: epoch,
            PostgresStatement(
                """
                UPDATE blocks SET removed_by = $3, removed_at = $4
                WHERE id = $1 AND offering = $2 AND removed_at IS NULL RETURNING id
                """,
                [
                    .uuid(PostgresUUID(removal.block)), .uuid(PostgresUUID(removal.offering)),
                    .uuid(PostgresUUID(removal.removedBy)), .timestamp(PostgresTimestamp(removal.removedAt)),
                ]
            ).recording(AuditedChange(.blockLifted, of: removal.block, event: removal.offering)))
        return !rows.isEmpty
    }

    /// Reads all bookings of the offering when few have had the unit: for an organizer's question, not for a sale.
    public func history(
        ofUnit unit: String, on offering: UniqueID, limit: Int
    ) async throws(LedgerError) -> UnitHistory {
        let wanted: String
        do {
            wanted = String(decoding: try JSONEncoder().encode([["unit": unit]]), as: UTF8.self)
        } catch {
            throw LedgerError(.conflict, "A unit's name could not be encoded", cause: error)
        }
        let parameters: [PostgresValue] = [.uuid(PostgresUUID(offering)), .json(wanted), .int64(Int64(limit))]
        let bookings = try await read(
            PostgresStatement(
                """
                SELECT \(Self.columns) FROM bookings WHERE offering = $1 AND claims @> $2 ORDER BY id DESC LIMIT $3
                """, parameters))
        let blocks = try await read(
            PostgresStatement(
                """
                SELECT \(Self.blockColumns), removed_by, removed_at FROM blocks
                WHERE offering = $1 AND claims @> $2 ORDER BY id DESC LIMIT $3
                """, parameters))
        let removals = try decoded { () throws(PostgresError) in
            try blocks.map { row throws(PostgresError) -> BlockRemoval? in
                guard let user: PostgresUUID = try row.decode(6), let time: PostgresTimestamp = try row.decode(7)
                else { return nil }
                return BlockRemoval(
                    of: UniqueID(try row.decode(0)), on: offering, removedBy: UniqueID(user),
                    removedAt: Timestamp(time))
            }
        }
        return UnitHistory(
            bookings: try self.bookings(bookings),
            blocks: zip(try self.blocks(blocks), removals).map { (block: $0, removal: $1) })
    }

    func blocks(_ rows: PostgresRows) throws(LedgerError) -> [Block] {
        do {
            return try rows.map { row in
                Block(
                    id: UniqueID(try row.decode(0)), offering: UniqueID(try row.decode(1)),
                    claims: try [Claim](json: try row.decode(2)), reason: try row.decode(3),
                    createdBy: UniqueID(try row.decode(4)), createdAt: Timestamp(try row.decode(5)))
            }
        } catch {
            throw LedgerError(.unavailable, "The ledger holds a block that cannot be read", cause: error)
        }
    }

    private func fenced(
        _ offering: UniqueID, epoch: Int64, _ statement: PostgresStatement
    ) async throws(LedgerError) -> PostgresRows {
        do throws(PostgresError) {
            return try await client.transaction(behind: ShardFence(offering, epoch: epoch), [statement])[0]
        } catch {
            throw LedgerError(error)
        }
    }
}

/// A deliberate fault of the product, to see that the suite finds it.
enum Plant: String, CaseIterable, Sendable {
    /// The database lets writes with an old epoch pass.
    case fenceOff
    /// The database lets a seat be claimed twice.
    case uniqueIndexOff
    /// Holds end a second before their customers are told.
    case deadlineEarly

    /// The scenario that must find it.
    var scenario: String {
        switch self {
        case .fenceOff: "freeze-and-take-over"
        case .uniqueIndexOff: "rogue-writer"
        case .deadlineEarly: "calm"
        }
    }

    /// Changes the world's database. What customers are told is changed where they read it.
    func sow(in world: World) async throws {
        switch self {
        case .fenceOff:
            try await world.database.rows(
                """
                CREATE OR REPLACE FUNCTION fence_shards(ids integer[], epochs bigint[], events bigint[]) RETURNS void
                LANGUAGE plpgsql AS $fence$
                BEGIN
                    PERFORM FROM shards WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
                    UPDATE shards SET seq = seq + fence.events
                    FROM unnest(ids, events) AS fence(id, events) WHERE shards.id = fence.id;
                END
                $fence$
                """)
        case .uniqueIndexOff: try await world.database.rows("DROP INDEX claims_seat")
        case .deadlineEarly: break
        }
    }
}

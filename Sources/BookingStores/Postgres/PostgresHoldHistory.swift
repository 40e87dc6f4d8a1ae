public import Booking
public import Inventory
public import PostgresDriver

/// What became of holds, each step a row.
public struct PostgresHoldHistory: HoldHistory {
    /// Steps of an offering that are looked through for those of one unit: about a second's work.
    private static let searchLimit = 1_000_000
    /// Between the units of a row on its way; no unit's name has a control character.
    private static let separator = "\u{1F}"

    private let client: PostgresClient

    /// Makes a history on a client that runs elsewhere.
    public init(client: PostgresClient) {
        self.client = client
    }

    public func append(_ steps: [HoldStep]) async throws(LedgerError) {
        try await run(
            """
            INSERT INTO hold_history (offering, hold, kind, customer, units, at)
            SELECT offering, hold, kind, customer, string_to_array(units, E'\\x1F'), at
            FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[])
                AS step(offering, hold, kind, customer, units, at)
            ON CONFLICT DO NOTHING
            """,
            [
                .uuids(steps.map { PostgresUUID($0.hold.offering) }), .uuids(steps.map { PostgresUUID($0.hold.own) }),
                .texts(steps.map(\.kind.rawValue)), .uuids(steps.map { PostgresUUID($0.customer) }),
                .texts(steps.map { $0.units.joined(separator: Self.separator) }),
                .timestamps(steps.map { PostgresTimestamp($0.time) }),
            ])
    }

    /// Looks through the latest steps of the offering, a million of them at most.
    public func steps(
        ofUnit unit: String, on offering: UniqueID, limit: Int
    ) async throws(LedgerError) -> [HoldStep] {
        let rows = try await run(
            """
            SELECT hold, kind, customer, units, at FROM (
                SELECT hold, kind, customer, array_to_string(units, E'\\x1F') AS units, at, units @> ARRAY[$2] AS is_meant
                FROM hold_history WHERE offering = $1 ORDER BY hold DESC LIMIT \(Self.searchLimit)
            ) AS latest WHERE is_meant ORDER BY hold DESC LIMIT $3
            """, [.uuid(PostgresUUID(offering)), .text(unit), .int64(Int64(limit))])
        do {
            return try rows.compactMap { row in
                let kind = HoldStep.Kind(rawValue: try row.decode(1))
                return try kind.map { kind in
                    HoldStep(
                        hold: HoldID(offering: offering, own: UniqueID(try row.decode(0, as: PostgresUUID.self))),
                        customer: UniqueID(try row.decode(2, as: PostgresUUID.self)),
                        units: try row.decode(3, as: String.self).split(separator: Self.separator).map(String.init),
                        kind: kind, time: Timestamp(try row.decode(4)))
                }
            }
        } catch {
            throw LedgerError(.unavailable, "The history of holds cannot be read", cause: error)
        }
    }

    public func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        try await run(
            """
            DELETE FROM hold_history WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM hold_history WHERE at < $1 ORDER BY at LIMIT $2
            )) AND at < $1 RETURNING 1
            """, [.timestamp(PostgresTimestamp(time)), .int64(Int64(limit))]
        ).count
    }

    @discardableResult
    private func run(_ sql: String, _ parameters: [PostgresValue]) async throws(LedgerError) -> PostgresRows {
        do {
            return try await client.execute(PostgresStatement(sql, parameters))
        } catch {
            throw LedgerError(error)
        }
    }
}

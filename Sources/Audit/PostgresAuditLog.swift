import Booking
public import Inventory
public import PostgresDriver

/// The record of changes in PostgreSQL. Those who change something write it with `PostgresStatement.recording`.
public struct PostgresAuditLog: AuditLog {
    /// The table. A number comes from a sequence: two changes at once may become visible in the other order.
    public static let migrations = [
        PostgresMigration(
            number: 20, name: "audit_log",
            sql: """
                CREATE TABLE audit_log (
                    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    at timestamptz NOT NULL DEFAULT now(),
                    user_id uuid,
                    request_id text,
                    action text NOT NULL,
                    subject uuid NOT NULL,
                    event uuid,
                    fields text[] NOT NULL
                );
                CREATE INDEX audit_log_event ON audit_log (event, number) WHERE event IS NOT NULL
                """)
    ]

    private let client: PostgresClient

    /// - Parameter client: Somebody else runs it.
    public init(client: PostgresClient) {
        self.client = client
    }

    public func records(
        of event: UniqueID, before number: Int64?, limit: Int
    ) async throws(AuditLogUnavailable) -> [AuditRecord] {
        do {
            let rows = try await client.execute(
                PostgresStatement(
                    """
                    SELECT number, at, user_id, request_id, action, subject, array_to_string(fields, ',')
                    FROM audit_log WHERE event = $1 AND number < $2 ORDER BY number DESC LIMIT $3
                    """, [.uuid(PostgresUUID(event)), .int64(number ?? .max), .int64(Int64(limit))]))
            return try rows.map(AuditRecord.init(row:))
        } catch {
            throw AuditLogUnavailable(cause: error)
        }
    }
}

extension AuditRecord {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            number: try row.decode(0), time: Timestamp(try row.decode(1)),
            user: try row.decode(2, as: PostgresUUID?.self).map { UniqueID($0) },
            requestID: try row.decode(3), action: try row.decode(4), subject: UniqueID(try row.decode(5)),
            fields: try row.decode(6, as: String.self).split(separator: ",").map(String.init))
    }
}

extension PostgresUUID {
    init(_ id: UniqueID) {
        self.init(high: id.high, low: id.low)
    }
}

extension UniqueID {
    fileprivate init(_ uuid: PostgresUUID) {
        self.init(high: uuid.high, low: uuid.low)
    }
}

extension Timestamp {
    fileprivate init(_ timestamp: PostgresTimestamp) {
        self.init(millisecondsSince1970: timestamp.microsecondsSince1970 / 1_000)
    }
}

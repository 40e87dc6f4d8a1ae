import Audit
import Booking
import Inventory
import PostgresDriver

/// Events in the table of `Catalog.migrations`; what organizers do to them is recorded in the same step.
struct PostgresEventStore: EventStore {
    let client: PostgresClient

    private static let columns = """
        id, organizer, name, venue, starts_at, currency, hold_ttl_seconds, max_hold_seconds, max_units_per_hold,
        max_units_per_customer, sales_start, sales_end, cancel_until, cancel_fee_percent, layout, created_at, version, cancelled_at
        """

    func insert(_ event: Event) async throws(CatalogError) {
        let offering = event.offering
        try await run(
            """
            INSERT INTO events (id, version, \(Self.changingColumns), organizer, currency, layout, created_at, capacity)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            RETURNING id
            """,
            Self.changing(event) + [
                .uuid(PostgresUUID(offering.organizer)), .text(offering.currency),
                .json(SectionRecord.json(of: offering.layout)), .timestamp(PostgresTimestamp(event.createdAt)),
                .int64(Int64(event.capacity)),
            ],
            recording: AuditedChange(.eventCreated, of: offering.id, event: offering.id))
    }

    func replace(_ event: Event, recording change: AuditedChange) async throws(CatalogError) -> Bool {
        let rows = try await run(
            """
            UPDATE events SET
                (version, \(Self.changingColumns)) = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            WHERE id = $1 AND version = $2 - 1 RETURNING id
            """, Self.changing(event), recording: change)
        return !rows.isEmpty
    }

    private static let changingColumns = """
        name, venue, starts_at, hold_ttl_seconds, max_hold_seconds, max_units_per_hold, max_units_per_customer,
        sales_start, sales_end, cancel_until, cancel_fee_percent, cancelled_at
        """

    /// The id, the version, and `changingColumns`.
    private static func changing(_ event: Event) -> [PostgresValue] {
        let offering = event.offering
        return [
            .uuid(PostgresUUID(offering.id)), .int64(offering.version), .text(offering.name), .text(offering.venue),
            .timestamp(PostgresTimestamp(offering.startsAt)), .int32(Int32(offering.holdTTL.components.seconds)),
            .int32(Int32(offering.longestHold.components.seconds)), .int32(Int32(offering.maxUnitsPerHold)),
            .int32(Int32(offering.maxUnitsPerCustomer)), .timestamp(offering.salesStart),
            .timestamp(offering.salesEnd), .timestamp(PostgresTimestamp(offering.cancellation.until)),
            .int32(Int32(offering.cancellation.feePercent)), .timestamp(offering.cancelledAt),
        ]
    }

    func findCancelled(limit: Int) async throws(CatalogError) -> [Event] {
        try events(
            await run(
                """
                SELECT \(Self.columns) FROM events WHERE cancelled_at IS NOT NULL AND NOT all_cancelled
                ORDER BY id LIMIT $1
                """, [.int64(Int64(limit))]))
    }

    func recordAllCancelled(of id: UniqueID) async throws(CatalogError) {
        try await run("UPDATE events SET all_cancelled = true WHERE id = $1", [.uuid(PostgresUUID(id))])
    }

    func find(id: UniqueID) async throws(CatalogError) -> Event? {
        let rows = try await run("SELECT \(Self.columns) FROM events WHERE id = $1", [.uuid(PostgresUUID(id))])
        return try rows.first.map(Event.init(row:))
    }

    func find(ids: [UniqueID]) async throws(CatalogError) -> [Event] {
        guard !ids.isEmpty else { return [] }
        return try events(
            await run(
                "SELECT \(Self.columns) FROM events WHERE id = ANY ($1) ORDER BY starts_at, id",
                [.uuids(ids.map { PostgresUUID($0) })]))
    }

    func find(_ selection: EventSelection, limit: Int) async throws(CatalogError) -> [Event] {
        try events(
            await run(
                """
                SELECT \(Self.columns) FROM events
                WHERE (starts_at, id) > ($1, $2) AND starts_at < $3 AND (name ILIKE $4 OR venue ILIKE $4)
                    AND venue ILIKE $5
                ORDER BY starts_at, id
                LIMIT $6
                """,
                [
                    .timestamp(PostgresTimestamp(selection.after.startsAt)), .uuid(PostgresUUID(selection.after.id)),
                    .timestamp(PostgresTimestamp(selection.before)), .text(Self.pattern(selection.text)),
                    .text(Self.pattern(selection.venue)), .int64(Int64(limit)),
                ]))
    }

    private func events(_ rows: PostgresRows) throws(CatalogError) -> [Event] {
        var events: [Event] = []
        for row in rows { events.append(try Event(row: row)) }
        return events
    }

    /// The pattern that matches a text with this part; `%`, `_` and `\` in the part mean themselves.
    static func pattern(_ part: String?) -> String {
        guard let part else { return "%" }
        return "%" + part.replacing(#/[%_\\]/#) { "\\" + $0.output } + "%"
    }

    @discardableResult
    private func run(
        _ sql: String, _ parameters: @autoclosure () throws -> [PostgresValue], recording change: AuditedChange? = nil
    ) async throws(CatalogError) -> PostgresRows {
        do {
            let statement = PostgresStatement(sql, try parameters())
            return try await client.execute(change.map(statement.recording) ?? statement)
        } catch {
            throw .databaseUnavailable(error)
        }
    }
}

extension Event {
    /// Reads `PostgresEventStore.columns`.
    fileprivate init(row: PostgresRow) throws(CatalogError) {
        do {
            self.init(
                offering: Offering(
                    id: UniqueID(try row.decode(0)), organizer: UniqueID(try row.decode(1)),
                    name: try row.decode(2), venue: try row.decode(3), startsAt: Timestamp(try row.decode(4)),
                    currency: try row.decode(5), holdTTL: .seconds(try row.decode(6, as: Int32.self)),
                    longestHold: .seconds(try row.decode(7, as: Int32.self)),
                    maxUnitsPerHold: Int(try row.decode(8, as: Int32.self)),
                    maxUnitsPerCustomer: Int(try row.decode(9, as: Int32.self)),
                    salesStart: try row.decode(10, as: PostgresTimestamp?.self).map(Timestamp.init),
                    salesEnd: try row.decode(11, as: PostgresTimestamp?.self).map(Timestamp.init),
                    cancellation: CancellationPolicy(
                        until: Timestamp(try row.decode(12)), feePercent: Int(try row.decode(13, as: Int32.self))),
                    layout: try SectionRecord.layout(ofJSON: row.decode(14)),
                    version: try row.decode(16),
                    cancelledAt: try row.decode(17, as: PostgresTimestamp?.self).map(Timestamp.init)),
                createdAt: Timestamp(try row.decode(15)))
        } catch {
            throw .databaseUnavailable(error)
        }
    }
}

extension PostgresValue {
    fileprivate static func timestamp(_ timestamp: Timestamp?) -> Self {
        timestamp.map { .timestamp(PostgresTimestamp($0)) } ?? .null
    }
}

extension CatalogError {
    fileprivate static func databaseUnavailable(_ cause: any Error) -> Self {
        Self(.databaseUnavailable, "The database of events did not answer. Try again shortly.", cause: cause)
    }
}

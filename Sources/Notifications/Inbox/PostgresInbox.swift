public import PostgresDriver

/// The inbox in the table of `NotificationMigrations`, shared by all notifiers. Its times are the database's.
public struct PostgresInbox: Inbox {
    private let client: PostgresClient
    private let consumer: String

    /// Makes an inbox on a client that runs elsewhere.
    ///
    /// - Parameter consumer: Whose events they are; each consumer remembers for itself.
    public init(client: PostgresClient, consumer: String = Notifier.group) {
        self.client = client
        self.consumer = consumer
    }

    public func claim(
        _ events: [EventKey], by member: String, for lease: Duration
    ) async throws -> [InboxClaim] {
        // A row that came after the statement's snapshot and was not granted shows as held: its holder is asked about
        // it the next time. Sorted, so that two batches lock rows in the same order.
        let rows = try await client.execute(
            PostgresStatement(
                """
                WITH granted AS (
                    INSERT INTO inbox (consumer, event_id, claimed_by, claimed_until)
                    SELECT $1, id, $3, now() + $4 * interval '1 ms' FROM unnest($2) AS id ORDER BY id
                    ON CONFLICT (consumer, event_id) DO UPDATE
                    SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
                    WHERE inbox.processed_at IS NULL
                        AND (inbox.claimed_by = excluded.claimed_by OR inbox.claimed_until <= now())
                    RETURNING event_id
                )
                SELECT granted.event_id IS NOT NULL, inbox.processed_at IS NOT NULL
                FROM unnest($2) WITH ORDINALITY AS asked (id, number)
                LEFT JOIN granted ON granted.event_id = asked.id
                LEFT JOIN inbox ON inbox.consumer = $1 AND inbox.event_id = asked.id
                ORDER BY asked.number
                """,
                [
                    .text(consumer), .texts(events.map(\.description)), .text(member),
                    .int64(Int64(lease / .milliseconds(1))),
                ]))
        return try rows.map { row in
            if try row.decode(0) { return .granted }
            return try row.decode(1) ? .remembered : .heldByAnother
        }
    }

    public func remember(_ events: [EventKey]) async throws {
        try await client.transaction([
            .findByIndex,
            PostgresStatement(
                """
                UPDATE inbox SET processed_at = now()
                FROM (
                    SELECT event_id FROM inbox
                    WHERE consumer = $1 AND event_id = ANY ($2) ORDER BY event_id FOR NO KEY UPDATE
                ) AS sent
                WHERE inbox.consumer = $1 AND inbox.event_id = sent.event_id
                """,
                [.text(consumer), .texts(events.map(\.description))]),
        ])
    }

    public func release(_ event: EventKey, by member: String) async throws {
        try await client.execute(
            PostgresStatement(
                """
                UPDATE inbox SET claimed_until = now()
                WHERE consumer = $1 AND event_id = $2 AND claimed_by = $3 AND processed_at IS NULL
                """,
                [.text(consumer), .text(event.description), .text(member)]))
    }

    /// Reads the whole table, once for each consumer that a notifier has: an index would cost something with each mail.
    public func releaseAll(by member: String) async throws {
        try await client.execute(
            PostgresStatement(
                """
                UPDATE inbox SET claimed_until = now()
                WHERE consumer = $1 AND claimed_by = $2 AND processed_at IS NULL AND claimed_until > now()
                """,
                [.text(consumer), .text(member)]))
    }

    public func prune(olderThan age: Duration) async throws {
        try await client.execute(
            PostgresStatement(
                """
                DELETE FROM inbox
                WHERE consumer = $1 AND coalesce(processed_at, claimed_until) < now() - $2 * interval '1 ms'
                """,
                [.text(consumer), .int64(Int64(age / .milliseconds(1)))]))
    }
}

public import Booking
public import Inventory
public import PostgresDriver

/// Idempotency keys in PostgreSQL. Claims that come together are entered together, and so are answers.
public final class PostgresIdempotencyStore: IdempotencyStore {
    /// Rows of one transaction, at most. An answer may be large.
    private static let batchLimit = 200

    private let client: PostgresClient
    private let claims: GroupCommitter<IdempotencyClaim, IdempotencyClaim>
    private let answers: GroupCommitter<AnsweredClaim, Void>

    /// Makes a store on a client that runs elsewhere.
    public init(client: PostgresClient) {
        self.client = client
        claims = GroupCommitter(limit: Self.batchLimit) { claims in
            do {
                let holders = try await Self.enter(claims, client)
                return claims.map { claim in
                    holders[claim.key].map { .success($0) }
                        ?? .failure(LedgerError(.unavailable, "An idempotency key was forgotten just now"))
                }
            } catch {
                return Array(repeating: .failure(error), count: claims.count)
            }
        }
        answers = GroupCommitter(limit: Self.batchLimit) { answers in
            let outcome: Result<Void, any Error>
            do {
                try await client.transaction([.findByIndex, Self.update(answers)])
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            return Array(repeating: outcome, count: answers.count)
        }
    }

    public func claim(_ claim: IdempotencyClaim) async throws(LedgerError) -> IdempotencyClaim {
        do {
            return try await claims.commit(claim)
        } catch {
            throw .keys("An idempotency key could not be claimed", error)
        }
    }

    public func takeOver(_ claim: IdempotencyClaim, by run: UniqueID) async throws(LedgerError) -> Bool {
        do {
            let taken = try await client.execute(
                PostgresStatement(
                    """
                    UPDATE idempotency_keys SET run = $4
                    WHERE owner = $1 AND word = $2 AND run = $3 AND status IS NULL RETURNING 1
                    """,
                    [
                        .uuid(PostgresUUID(claim.key.owner)), .text(claim.key.word), .uuid(PostgresUUID(claim.run)),
                        .uuid(PostgresUUID(run)),
                    ]))
            return taken.count == 1
        } catch {
            throw .keys("An idempotency key could not be taken over", error)
        }
    }

    public func keep(_ answer: KeptAnswer, for key: IdempotencyKey, by run: UniqueID) async throws(LedgerError) {
        do {
            try await answers.commit(AnsweredClaim(key: key, run: run, answer: answer))
        } catch {
            throw .keys("The answer to a request with an idempotency key could not be kept", error)
        }
    }

    public func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        do {
            return try await client.execute(
                PostgresStatement(
                    """
                    DELETE FROM idempotency_keys USING (
                        SELECT owner, word FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2
                    ) AS old
                    WHERE idempotency_keys.owner = old.owner AND idempotency_keys.word = old.word RETURNING 1
                    """, [.timestamp(PostgresTimestamp(time)), .int64(Int64(limit))])
            ).count
        } catch {
            throw .keys("Old idempotency keys could not be forgotten", error)
        }
    }
}

extension LedgerError {
    fileprivate static func keys(_ message: String, _ cause: any Error) -> LedgerError {
        cause as? LedgerError ?? LedgerError(.unavailable, message, cause: cause)
    }
}

// MARK: - Batches

/// An answer that is to be kept.
private struct AnsweredClaim {
    let key: IdempotencyKey
    let run: UniqueID
    let answer: KeptAnswer
}

extension PostgresIdempotencyStore {
    private static let columns = """
        owner, word, fingerprint, resource, run, created_at, status, content_type, location, body
        """

    /// - Returns: Who has each key after this.
    private static func enter(
        _ claims: [IdempotencyClaim], _ client: PostgresClient
    ) async throws -> [IdempotencyKey: IdempotencyClaim] {
        // The second statement sees what others have committed while the first one waited for them.
        let rows = try await client.transaction([.findByIndex, insert(claims), select(claims)])[2]
        var holders: [IdempotencyKey: IdempotencyClaim] = [:]
        for row in rows {
            let holder = try IdempotencyClaim(row)
            holders[holder.key] = holder
        }
        return holders
    }

    /// In the order of the keys, so that two processes that enter the same ones do not lock each other out.
    private static func insert(_ claims: [IdempotencyClaim]) -> PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO idempotency_keys (owner, word, fingerprint, resource, run, created_at)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[])
                AS c(owner, word, fingerprint, resource, run, created_at)
            ORDER BY owner, word COLLATE "C"
            ON CONFLICT (owner, word) DO NOTHING
            """,
            [
                .uuids(claims.map { PostgresUUID($0.key.owner) }), .texts(claims.map(\.key.word)),
                .texts(claims.map(\.fingerprint)), .uuids(claims.map { PostgresUUID($0.resource) }),
                .uuids(claims.map { PostgresUUID($0.run) }),
                .timestamps(claims.map { PostgresTimestamp($0.createdAt) }),
            ])
    }

    private static func select(_ claims: [IdempotencyClaim]) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT \(columns) FROM unnest($1::uuid[], $2::text[]) AS c(owner, word)
            JOIN idempotency_keys USING (owner, word)
            """,
            [.uuids(claims.map { PostgresUUID($0.key.owner) }), .texts(claims.map(\.key.word))])
    }

    private static func update(_ answers: [AnsweredClaim]) -> PostgresStatement {
        PostgresStatement(
            """
            UPDATE idempotency_keys AS k
            SET status = a.status, content_type = a.content_type, location = a.location, body = a.body
            FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[])
                AS a(owner, word, run, status, content_type, location, body)
            WHERE k.owner = a.owner AND k.word = a.word AND k.run = a.run AND k.status IS NULL
            """,
            [
                .uuids(answers.map { PostgresUUID($0.key.owner) }), .texts(answers.map(\.key.word)),
                .uuids(answers.map { PostgresUUID($0.run) }), .int32s(answers.map { Int32($0.answer.status) }),
                .texts(answers.map(\.answer.contentType)), .optionalTexts(answers.map(\.answer.location)),
                .texts(answers.map(\.answer.body)),
            ])
    }
}

extension IdempotencyClaim {
    /// Reads `PostgresIdempotencyStore.columns`.
    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            key: IdempotencyKey(owner: UniqueID(try row.decode(0)), word: try row.decode(1)),
            fingerprint: try row.decode(2), resource: UniqueID(try row.decode(3)), run: UniqueID(try row.decode(4)),
            createdAt: Timestamp(try row.decode(5)), answer: try KeptAnswer(row))
    }
}

extension KeptAnswer {
    fileprivate init?(_ row: PostgresRow) throws(PostgresError) {
        guard let status = try row.decode(6, as: Int?.self) else { return nil }
        self.init(
            status: status, contentType: try row.decode(7), location: try row.decode(8), body: try row.decode(9))
    }
}

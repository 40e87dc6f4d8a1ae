import Inventory
import PostgresDriver

/// A promise about the ledger's rows, as SQL: tables are judged where they are, however large they have become.
struct LedgerCheck: Sendable {
    /// The most violations that are read; the others are counted.
    private static let mostNamed = 20

    private let name: String
    private let meaning: String
    private let noun: String
    /// Counts what is looked at.
    private let countSQL: String
    /// Gives a text for each violation.
    private let violationsSQL: String

    /// The two statements of the check, to be run in one transaction.
    ///
    /// - Parameter event: The only offering to look at; nil for all of them.
    func statements(on event: UniqueID?) -> [PostgresStatement] {
        let scope: [PostgresValue] = [event.map { .uuid(PostgresUUID(high: $0.high, low: $0.low)) } ?? .null]
        return [
            PostgresStatement("SELECT (\(countSQL))::bigint", scope),
            PostgresStatement(
                """
                SELECT violation, count(*) OVER () FROM (\(violationsSQL)) AS found(violation)
                ORDER BY violation LIMIT \(Self.mostNamed)
                """, scope),
        ]
    }

    /// - Parameter answers: What the statements gave, in their order.
    func result(_ answers: some Collection<PostgresRows>) throws(PostgresError) -> PromiseCheck {
        let answers = Array(answers)
        var violations: [String] = []
        var violationCount = 0
        for row in answers[1] {
            violations.append(try row.decode(0))
            violationCount = Int(try row.decode(1, as: Int64.self))
        }
        return PromiseCheck(
            name: name, meaning: meaning, checked: "\(try answers[0][0].decode(0, as: Int64.self)) \(noun)",
            violations: violations, violationCount: violationCount)
    }
}

/// `$1` is the offering to look at, or null for all.
extension LedgerCheck {
    private static let scope = "($1::uuid IS NULL OR offering = $1)"

    static let capacity = LedgerCheck(
        name: "I1", meaning: "no place is sold twice", noun: "places",
        countSQL: "SELECT coalesce(sum(quantity), 0) FROM claims WHERE \(scope)",
        violationsSQL: """
            SELECT format('%s of event %s: %s places claimed of %s', unit, offering, sum(quantity), min(unit_capacity))
            FROM claims WHERE \(scope) GROUP BY offering, unit HAVING sum(quantity) > min(unit_capacity)
            """)

    /// Bookings without an end are under way; once all should have ended they are lost.
    ///
    /// - Parameter seconds: How long a booking may go without a change while it has no end; nil for as long as it takes.
    static func endings(settledAfter seconds: Int?) -> LedgerCheck {
        let isLate = seconds.map { "updated_at < now() - interval '\($0) seconds'" } ?? "false"
        return LedgerCheck(
            name: "I2", meaning: "every booking ends", noun: "bookings",
            countSQL: "SELECT count(*) FROM bookings WHERE \(scope)",
            violationsSQL: """
                SELECT format('booking %s is still %s since %s', id, status, updated_at) FROM bookings
                WHERE \(scope) AND status = 'queued' AND \(isLate)
                """)
    }

    static let claims = LedgerCheck(
        name: "I3", meaning: "claims are those of the bookings", noun: "claims",
        countSQL: "SELECT count(*) FROM claims WHERE \(scope)",
        violationsSQL: """
            SELECT format('booking %s has %s of %s, and claims %s of it', booking, coalesce(owed.quantity, 0), unit,
                coalesce(claims.quantity, 0))
            FROM (
                SELECT bookings.id AS booking, offering, claim.*
                FROM bookings, jsonb_to_recordset(claims)
                    AS claim(unit text, quantity integer, price bigint, capacity integer)
                WHERE status IN ('queued', 'confirmed') AND \(scope)
            ) AS owed FULL JOIN (SELECT * FROM claims WHERE \(scope)) AS claims USING (booking, unit)
            WHERE (owed.offering, owed.quantity, owed.price, owed.capacity)
                IS DISTINCT FROM (claims.offering, claims.quantity, claims.price_minor, claims.unit_capacity)
            """)

    static let totals = LedgerCheck(
        name: "I3", meaning: "sums of claims are right", noun: "units",
        countSQL: "SELECT count(*) FROM unit_totals WHERE \(scope)",
        violationsSQL: """
            SELECT format('%s of event %s: the sum says %s of %s, the claims %s', unit, offering,
                coalesce(totals.claimed, 0), totals.capacity, coalesce(sums.claimed, 0))
            FROM (SELECT * FROM unit_totals WHERE \(scope)) AS totals FULL JOIN (
                SELECT offering, unit, sum(quantity) AS claimed, max(unit_capacity) AS capacity
                FROM claims WHERE \(scope) AND unit_capacity <> 1 GROUP BY offering, unit
            ) AS sums USING (offering, unit)
            WHERE coalesce(totals.claimed, 0) <> coalesce(sums.claimed, 0) OR totals.capacity <> sums.capacity
            """)

    static let prices = LedgerCheck(
        name: "I3", meaning: "bookings cost what their claims cost", noun: "bookings",
        countSQL: "SELECT count(*) FROM bookings WHERE \(scope)",
        violationsSQL: """
            SELECT format('booking %s has a total of %s, its claims one of %s', id, total_minor, price)
            FROM (
                SELECT id, total_minor, (
                    SELECT coalesce(sum(quantity * price), 0)
                    FROM jsonb_to_recordset(claims) AS claim(quantity bigint, price bigint)
                ) AS price
                FROM bookings WHERE \(scope)
            ) AS priced WHERE total_minor <> price
            """)
}

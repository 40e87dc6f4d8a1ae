public import Booking
import Inventory
import PostgresDriver

/// Reminders in the outbox, and beside it how far each offering has come.
public struct PostgresReminderBook: ReminderBook {
    private static let page = 500

    private let ledger: PostgresLedger

    /// Makes a book beside a ledger, in the same database.
    public init(ledger: PostgresLedger) {
        self.ledger = ledger
    }

    public func remindSome(of offering: Offering, epoch: Int64) async throws(LedgerError) -> Bool {
        let progress = try await ledger.read(
            PostgresStatement(
                "SELECT last_booking, is_done FROM reminders WHERE offering = $1",
                [.uuid(PostgresUUID(offering.id))]))
        let (last, isDone) = try ledger.decoded { () throws(PostgresError) -> (PostgresUUID?, Bool) in
            guard let row = progress.first else { return (nil, false) }
            return (try row.decode(0), try row.decode(1))
        }
        guard !isDone else { return false }
        let bookings = try await ledger.bookings(
            on: offering.id, status: .confirmed, after: last.map { UniqueID($0) }, limit: Self.page)
        let changes = bookings.map { LedgerChange(.reminder, $0, offering: offering, epoch: epoch) }
        let isLastPage = bookings.count < Self.page
        do throws(LedgerError) {
            try await ledger.write(changes, and: advance(offering, from: last, over: bookings, isLastPage))
        } catch  where error.code == .conflict {
            return true
        }
        return !isLastPage
    }

    /// Ends the transaction when somebody has come further meanwhile, so that no booking is reminded twice, or when a
    /// booking has changed since it was read, so that none is reminded that was cancelled. The fence before it keeps
    /// bookings from changing until the transaction ends.
    private func advance(
        _ offering: Offering, from last: PostgresUUID?, over bookings: [Booking], _ isDone: Bool
    ) -> PostgresStatement {
        PostgresStatement(
            """
            WITH advanced AS (
                INSERT INTO reminders (offering, last_booking, is_done) VALUES ($1, $3, $4)
                ON CONFLICT (offering) DO UPDATE SET last_booking = $3, is_done = $4
                    WHERE reminders.last_booking IS NOT DISTINCT FROM $2 AND NOT reminders.is_done
                RETURNING 1
            ), unchanged AS (
                SELECT FROM unnest($5::uuid[], $6::bigint[]) AS b(id, version)
                    JOIN bookings ON bookings.id = b.id AND bookings.version = b.version
                WHERE bookings.status = 'confirmed'
            )
            SELECT require_all((SELECT count(*) FROM advanced), 1),
                   require_all((SELECT count(*) FROM unchanged), cardinality($5))
            """,
            [
                .uuid(PostgresUUID(offering.id)), last.map { .uuid($0) } ?? .null,
                (bookings.last.map { PostgresUUID($0.id.own) } ?? last).map { .uuid($0) } ?? .null, .bool(isDone),
                .uuids(bookings.map { PostgresUUID($0.id.own) }), .int64s(bookings.map(\.version)),
            ])
    }
}

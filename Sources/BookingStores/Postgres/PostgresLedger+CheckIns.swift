public import Booking
import Inventory
import PostgresDriver

extension PostgresLedger {
    public func record(_ checkIn: CheckIn) async throws(LedgerError) -> CheckInOutcome {
        let rows: PostgresRows
        do throws(PostgresError) {
            // The lock keeps a cancellation from coming in between; the key, a second check-in.
            rows = try await client.execute(
                PostgresStatement(
                    """
                    WITH standing AS (
                        SELECT status FROM bookings WHERE id = $1 AND offering = $2 FOR SHARE
                    ), admitted AS (
                        INSERT INTO check_ins (booking, place, checked_in_at, admitted_by, gate)
                        SELECT $1, $3, $4, $5, $6 FROM standing WHERE status = 'confirmed'
                        ON CONFLICT DO NOTHING RETURNING 1
                    )
                    SELECT status, EXISTS (SELECT FROM admitted) FROM standing
                    """,
                    [
                        .uuid(PostgresUUID(checkIn.booking.own)), .uuid(PostgresUUID(checkIn.booking.offering)),
                        .int32(Int32(clamping: checkIn.place)), .timestamp(PostgresTimestamp(checkIn.time)),
                        .uuid(PostgresUUID(checkIn.admittedBy)), checkIn.gate.map { .text($0) } ?? .null,
                    ]))
        } catch {
            throw LedgerError(error)
        }
        let standing = try decoded { () throws(PostgresError) -> (String, Bool)? in
            guard let row = rows.first else { return nil }
            return (try row.decode(0), try row.decode(1))
        }
        guard let (text, isAdmitted) = standing else { return .unknownBooking }
        if isAdmitted { return .admitted }
        let status = BookingStatus(rawValue: text)
        guard status == .confirmed, let earlier = try await earlierCheckIn(like: checkIn) else {
            return .notConfirmed(status ?? .failed)
        }
        return .alreadyAdmitted(earlier)
    }

    private func earlierCheckIn(like checkIn: CheckIn) async throws(LedgerError) -> CheckIn? {
        let rows = try await read(
            PostgresStatement(
                "SELECT checked_in_at, admitted_by, gate FROM check_ins WHERE booking = $1 AND place = $2",
                [.uuid(PostgresUUID(checkIn.booking.own)), .int32(Int32(clamping: checkIn.place))]))
        return try decoded { () throws(PostgresError) -> CheckIn? in
            guard let row = rows.first else { return nil }
            return CheckIn(
                booking: checkIn.booking, place: checkIn.place, time: Timestamp(try row.decode(0)),
                admittedBy: UniqueID(try row.decode(1)), gate: try row.decode(2))
        }
    }
}

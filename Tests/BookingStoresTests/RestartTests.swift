import Booking
import BookingStores
import Foundation
import Inventory
import PostgresDriver
import Testing

/// What a node does before its first hold.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RestartTests {
    private static let rows = 1_000
    private static let seatsPerRow = 1_000
    private static let unfinished = 1_000

    /// Takes a minute, so it runs only when it is asked for.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["USHER_MEASURE"] != nil))
    func `the first hold on a large event that is sold out but for one row`() async throws {
        let offering = try Offering.large(rows: Self.rows, seatsPerRow: Self.seatsPerRow)
        try await withPostgres { store in
            _ = try await Node(store.ledger)
            try await store.sell(offering, rows: Self.rows - 2)
            try await store.queue(offering, count: Self.unfinished, row: Self.rows - 1)

            let start = ContinuousClock.now
            let office = try await BoxOffice(ledger: store.ledger, offering: offering)
            try await office.service.recover()
            let recovered = ContinuousClock.now
            try await running(office.services) {
                let seat = HoldRequest(seats: ["STALLS-\(Self.rows)-1"])
                _ = try await office.service.hold(on: offering.id, for: office.customer(1), seat)
                let held = ContinuousClock.now
                while try await store.number("SELECT count(*) FROM bookings WHERE status = 'queued'") > 0 {}
                print(
                    "recovered after \(recovered - start), first hold after \(held - start), "
                        + "all bookings ended after \(.now - start)")
            }
        }
    }
}

extension Offering {
    fileprivate static func large(rows: Int, seatsPerRow: Int) throws -> Offering {
        Offering(
            id: newID(), organizer: newID(), name: "Stadium", venue: "Arena",
            startsAt: Timestamp(millisecondsSince1970: 1_903_902_400_000), currency: "EUR", holdTTL: .seconds(600),
            maxUnitsPerCustomer: 10,
            layout: try Layout(sections: [
                .init(name: "STALLS", kind: .seated(rows: rows, seatsPerRow: seatsPerRow), priceMinor: 8_500)
            ]))
    }
}

extension PostgresStore {
    /// Sells all seats of the first rows, four to a customer.
    fileprivate func sell(_ offering: Offering, rows: Int) async throws {
        for first in stride(from: 1, through: rows, by: 50) {
            let parameters: [PostgresValue] = [
                .uuid(PostgresUUID(high: offering.id.high, low: offering.id.low)), .int64(Int64(first)),
                .int64(Int64(min(first + 49, rows))),
            ]
            try await client.execute(
                PostgresStatement(
                    """
                    INSERT INTO bookings (id, offering, hold, customer, email, status, version, claims, total_minor,
                        currency, payment_token, payment_id, created_at, updated_at)
                    SELECT md5(r || '-' || g)::uuid, $1, gen_random_uuid(), gen_random_uuid(), 'c@example.com',
                        'confirmed', 3, '[]', 34000, 'EUR', 'tok_visa', 'ch', now(), now()
                    FROM generate_series($2::bigint, $3::bigint) AS r, generate_series(0, 249) AS g
                    """, parameters))
            try await client.execute(
                PostgresStatement(
                    """
                    INSERT INTO claims (booking, offering, unit, quantity, unit_capacity, price_minor)
                    SELECT md5(r || '-' || (s - 1) / 4)::uuid, $1, 'STALLS-' || r || '-' || s, 1, 1, 8500
                    FROM generate_series($2::bigint, $3::bigint) AS r, generate_series(1, 1000) AS s
                    """, parameters))
        }
        try await client.execute("ANALYZE")
    }

    /// Leaves bookings of one row without an end.
    fileprivate func queue(_ offering: Offering, count: Int, row: Int) async throws {
        let node = try await Node(ledger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seat in 1...count {
                group.addTask { try await node.commit(offering.booking(seats: "STALLS-\(row)-\(seat)"), of: offering) }
            }
            try await group.waitForAll()
        }
    }
}

import Audit
import Booking
import BookingStores
import Foundation
import Inventory
import LocalStack
import PostgresDriver
import Testing

/// Sales while the database is away, on a server that the test may kill and freeze.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct DatabaseOutageTests {
    private func withBoxOffice(_ body: (BoxOffice, PostgresStore, OwnPostgres) async throws -> Void) async throws {
        try await OwnPostgres.withServer { server in
            let store = try PostgresStore(url: server.url(), outageTimeout: .milliseconds(250))
            try await running(store.client) {
                _ = try await PostgresMigrator(migrations: BookingMigrations.all + PostgresAuditLog.migrations)
                    .migrate(store.client, logger: silentLogger)
                let office = try await BoxOffice(ledger: store.ledger, offering: .gala())
                try await running(office.services) { try await body(office, store, server) }
            }
        }
    }

    /// How a try at booking ended, and how long it took.
    private func book(_ office: BoxOffice, _ seat: Int) async throws -> (Booking?, BookingError.Code?, Duration) {
        let hold = try await office.hold(seat)
        let start = ContinuousClock.now
        do throws(BookingError) {
            return (try await office.book(hold, seat), nil, .now - start)
        } catch {
            return (nil, error.code, .now - start)
        }
    }

    private func bookWhenItWorks(_ office: BoxOffice, from seat: Int) async throws -> (Booking, Duration) {
        let start = ContinuousClock.now
        for seat in seat... {
            if let booking = try await book(office, seat).0 { return (booking, .now - start) }
        }
        preconditionFailure("there are seats without end")
    }

    @Test func `without its database a booking is refused at once, holds go on, and nothing is lost`() async throws {
        try await withBoxOffice { office, store, server in
            var acknowledged: [Booking] = []
            for seat in 1...3 { acknowledged += [try await book(office, seat).0].compactMap { $0 } }
            #expect(acknowledged.count == 3)

            // With bookings on their way.
            async let race = withTaskGroup(of: Booking?.self) { group in
                for seat in 11...30 { group.addTask { try? await book(office, seat).0 } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            try await server.kill()
            acknowledged += await race.compactMap { $0 }
            for seat in 4...9 {
                let (_, code, time) = try await book(office, seat)
                #expect(code == .ledgerUnavailable)
                #expect(time < .seconds(10))
            }

            try await server.start()
            let (first, time) = try await bookWhenItWorks(office, from: 31)
            #expect(time < .seconds(20))
            for booking in acknowledged + [first] {
                #expect(try await office.end(of: booking).status == .confirmed)
                #expect(try await store.ledger.booking(booking.id)?.status == .confirmed)
            }
            // What was refused ends as refused, and its hold can be booked.
            while try await store.number("SELECT count(*) FROM bookings WHERE status = 'queued'") > 0 {}
            let sold = try await store.number("SELECT count(*) FROM bookings WHERE status = 'confirmed'")
            #expect(sold == acknowledged.count + 1)
        }
    }

    @Test func `a database that hangs is waited for a few seconds only`() async throws {
        try await withBoxOffice { office, store, server in
            _ = try await book(office, 1)
            let rows = try await store.client.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
            let backends = try rows.map { try $0.decode(0, as: Int32.self) }
            for backend in backends { kill(backend, SIGSTOP) }
            let outcomes = try await withThrowingTaskGroup { group in
                for seat in 2...4 { group.addTask { try await book(office, seat) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for backend in backends { kill(backend, SIGCONT) }
            for (_, code, time) in outcomes {
                #expect(code == .ledgerUnavailable)
                #expect(time < .seconds(10))
            }
            let (booking, time) = try await bookWhenItWorks(office, from: 5)
            #expect(time < .seconds(20))
            #expect(try await office.end(of: booking).status == .confirmed)
            while try await store.number("SELECT count(*) FROM bookings WHERE status = 'queued'") > 0 {}
            #expect(try await store.number("SELECT count(*) FROM bookings WHERE status = 'confirmed'") == 2)
        }
    }
}

import Booking
import BookingStores
import Inventory
import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresReminderBookTests {
    @Test func `each confirmed booking is reminded once, and those that come later are not`() async throws {
        try await withPostgres { store in
            let (ledger, outbox) = (store.ledger, store.outbox)
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let (first, second) = (offering.booking(seats: "STALLS-1-1"), offering.booking(seats: "STALLS-1-2"))
            let unsold = offering.booking(seats: "STALLS-1-3")
            try await node.commit(
                [first, first.confirmed, second, second.confirmed, unsold, unsold.failed], of: offering)

            let book = PostgresReminderBook(ledger: ledger)
            let epoch = node.change(first, of: offering).epoch
            while try await book.remindSome(of: offering, epoch: epoch) {}
            let reminders = try await outbox.pending(limit: 20).filter { $0.type == "usher.booking.reminder" }
            #expect(Set(reminders.map(\.subject)) == [first.id, second.id])
            #expect(reminders.map(\.sequence) == [7, 8])

            let late = offering.booking(seats: "STALLS-1-4")
            try await node.commit([late, late.confirmed], of: offering)
            #expect(try await book.remindSome(of: offering, epoch: epoch) == false)
            #expect(try await outbox.pending(limit: 20).count == 10)
        }
    }

    @Test func `a node that has lost the shard reminds nobody`() async throws {
        try await withPostgres { store in
            let (ledger, outbox) = (store.ledger, store.outbox)
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1")
            try await node.commit([booking, booking.confirmed], of: offering)
            let epoch = node.change(booking, of: offering).epoch
            _ = try await Node(ledger)
            let book = PostgresReminderBook(ledger: ledger)
            #expect(await refusal { _ = try await book.remindSome(of: offering, epoch: epoch) } == .fenced)
            #expect(try await outbox.pending(limit: 20).count == 2)
        }
    }

    @Test func `a booking that is cancelled while its page is being written gets no reminder`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            let (kept, cancelled) = (offering.booking(seats: "STALLS-1-1"), offering.booking(seats: "STALLS-1-2"))
            try await node.commit([kept, kept.confirmed, cancelled, cancelled.confirmed], of: offering)

            let book = PostgresReminderBook(ledger: store.ledger)
            let epoch = node.change(kept, of: offering).epoch
            async let cancellation: Void = store.cancelOnceSomebodyWaits(cancelled)
            try await store.untilShardsAreLocked()
            #expect(try await book.remindSome(of: offering, epoch: epoch), "there may be more")
            try await cancellation
            #expect(try await store.outbox.pending(limit: 20).count == 4)

            #expect(try await book.remindSome(of: offering, epoch: epoch) == false)
            let reminders = try await store.outbox.pending(limit: 20).filter { $0.type == "usher.booking.reminder" }
            #expect(reminders.map(\.subject) == [kept.id])
        }
    }
}

extension PostgresStore {
    /// Locks all shards, and cancels the booking only when another transaction waits at the fence.
    fileprivate func cancelOnceSomebodyWaits(_ booking: Booking) async throws {
        try await client.transaction([
            PostgresStatement("SELECT id FROM shards FOR NO KEY UPDATE"),
            // Tells that the shards are locked.
            PostgresStatement("SELECT pg_advisory_xact_lock(1)"),
            PostgresStatement(
                """
                DO $wait$ BEGIN
                    LOOP
                        EXIT WHEN EXISTS (
                            SELECT FROM pg_locks WHERE transactionid = pg_current_xact_id()::xid AND NOT granted);
                    END LOOP;
                END $wait$
                """),
            PostgresStatement(
                "UPDATE bookings SET status = 'cancelled', version = version + 1 WHERE id::text = $1",
                [.text(booking.id.own.description)]),
        ])
    }

    fileprivate func untilShardsAreLocked() async throws {
        let locks = """
            SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE locktype = 'advisory' AND objid = 1 AND datname = current_database()
            """
        while try await number(locks) == 0 {}
    }
}

import Booking
import BookingStores
import Foundation
import Inventory
import PostgresDriver
import Testing

/// Commits whose connection breaks, judged by what a second connection finds in the database.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresLedgerFaultTests {
    /// Runs `body` with a ledger behind a proxy, beside `store`, which has a connection of its own.
    private func withProxy(
        _ body: (_ ledger: PostgresLedger, _ proxy: CuttingProxy, _ store: PostgresStore) async throws -> Void
    ) async throws {
        try await withPostgres { store in
            var url = try #require(URLComponents(string: store.url))
            let proxy = CuttingProxy(server: try #require(url.port))
            try await proxy.listening { port in
                url.port = port
                let behind = try PostgresStore(url: try #require(url.string), connections: 1)
                try await running(behind.client) {
                    try await body(behind.ledger, proxy, store)
                }
            }
        }
    }

    @Test(arguments: [CuttingProxy.Moment.beforeCommit, .afterCommit])
    func `a change whose connection is cut is there once`(_ moment: CuttingProxy.Moment) async throws {
        try await withProxy { ledger, proxy, store in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let sold = offering.booking(seats: "STALLS-1-1", floor: 4)
            let unsold = offering.booking(seats: "STALLS-1-2", floor: 4)
            for (cuts, change) in [sold, sold.confirmed, unsold, unsold.failed].enumerated() {
                proxy.cut(moment)
                try await node.commit(change, of: offering)
                #expect(try await store.ledger.booking(change.id) == change)
                #expect(proxy.cuts == cuts + 1)
            }
            #expect(try await store.traces() == [2, 2, 4, 4, 4])
        }
    }

    @Test func `a batch that is cut is there once, and what was refused is still refused`() async throws {
        try await withProxy { ledger, proxy, store in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            try await node.commit(offering.booking(seats: "STALLS-1-1"), of: offering)
            proxy.cut(.afterCommit)
            let codes = await withTaskGroup { group in
                for booking in offering.bookings(ofSeats: 1...40) {
                    group.addTask { await refusal { try await node.commit(booking, of: offering) } }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(proxy.cuts == 1)
            #expect(codes.count { $0 == .conflict } == 1)
            #expect(codes.count { $0 == nil } == 39)
            #expect(try await store.traces() == [40, 40, 0, 40, 40])
        }
    }

    @Test func `a commit that still runs in the database when its connection breaks is waited for`() async throws {
        try await withProxy { ledger, proxy, store in
            let holder = try PostgresStore(url: store.url, connections: 1)
            try await running(holder.client) {
                let offering = try Offering.gala()
                let node = try await Node(ledger)
                let booking = offering.booking(seats: "STALLS-1-1")
                try await store.holdUpEvents(until: holder)
                async let commit: Void = node.commit(booking, of: offering)
                try await store.waitForLock("advisory")
                proxy.cutNow()
                // The look-up stands behind the shard's row, which the running transaction has locked.
                try await store.waitForLock("transactionid")
                try await holder.client.execute("SELECT pg_advisory_unlock(1)")
                try await commit
                #expect(try await store.traces() == [1, 1, 0, 1, 1])
            }
        }
    }

    @Test func `a look-up that the database refuses is tried again`() async throws {
        try await withProxy { ledger, proxy, store in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1")
            try await node.commit(booking, of: offering)
            try await store.refuseLookUps(2)
            proxy.cut(.afterCommit)
            try await node.commit(booking.confirmed, of: offering)
            #expect(try await store.ledger.booking(booking.id) == booking.confirmed)
            #expect(try await store.traces() == [1, 1, 0, 2, 2])
        }
    }

    @Test func `a node that loses its shards during the cut learns that`() async throws {
        try await withProxy { ledger, proxy, store in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            try await node.commit(offering.booking(seats: "STALLS-1-1"), of: offering)
            proxy.cut(.beforeCommit)
            _ = try await store.ledger.takeShards(node: "successor")
            let late = offering.booking(seats: "STALLS-1-2")
            #expect(await refusal { try await node.commit(late, of: offering) } == .fenced)
            #expect(proxy.cuts == 1)
            #expect(try await store.traces() == [1, 1, 0, 1, 1])
        }
    }

    @Test func `without a database nothing is written or read`() async throws {
        let store = try PostgresStore.away()
        try await running(store.client) {
            let offering = try Offering.gala()
            let change = LedgerChange(.queued, offering.booking(floor: 1), offering: offering, epoch: 1)
            #expect(await refusal { try await store.ledger.commit(change) } == .unavailable)
            #expect(await refusal { _ = try await store.ledger.takeShards(node: "test") } == .unavailable)
            #expect(await refusal { _ = try await store.ledger.booking(change.booking.id) } == .unavailable)
            #expect(await refusal { _ = try await store.ledger.state(of: offering.id) } == .unavailable)
            #expect(await refusal { _ = try await store.outbox.pending(limit: 1) } == .unavailable)
        }
    }
}

extension PostgresStore {
    /// A ledger on a port that nobody listens on, 1 of the loopback interface.
    fileprivate static func away() throws -> PostgresStore {
        try PostgresStore(url: "postgresql://usher@127.0.0.1:1/usher", connectTimeout: .milliseconds(100))
    }

    /// Makes every transaction wait before it writes its events, as long as `holder` keeps lock 1.
    fileprivate func holdUpEvents(until holder: PostgresStore) async throws {
        try await holder.client.execute("SELECT pg_advisory_lock(1)")
        try await client.execute(
            """
            CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock_shared(1);
                RETURN NULL;
            END $$
            """)
        try await client.execute(
            "CREATE TRIGGER hold_up BEFORE INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION hold_up()")
    }

    /// Makes the next look-ups fail: the fence tells them by their lack of events.
    fileprivate func refuseLookUps(_ count: Int) async throws {
        try await client.execute("ALTER FUNCTION fence_shards RENAME TO own_fence_shards")
        try await client.execute("CREATE SEQUENCE look_ups")
        try await client.execute(
            PostgresStatement(
                """
                CREATE FUNCTION fence_shards(ids integer[], epochs bigint[], events bigint[]) RETURNS void
                LANGUAGE plpgsql AS $$
                BEGIN
                    IF events = ARRAY[0::bigint] AND nextval('look_ups') <= \(count) THEN
                        RAISE EXCEPTION 'try again' USING ERRCODE = 'deadlock_detected';
                    END IF;
                    PERFORM own_fence_shards(ids, epochs, events);
                END $$
                """))
    }

    /// Returns when a statement in this database waits for a lock of this kind.
    fileprivate func waitForLock(_ kind: String) async throws {
        let waiters = PostgresStatement(
            """
            SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE NOT l.granted AND l.locktype = $1 AND a.datname = current_database()
            """, [.text(kind)])
        while try await client.execute(waiters)[0].decode(0, as: Int.self) == 0 {}
    }
}

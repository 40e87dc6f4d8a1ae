import Booking
import Inventory
import PostgresDriver
import Testing

@testable import BookingStores

/// What the database judges, and how changes share its transactions.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresLedgerTests {
    private func writer(_ store: PostgresStore) -> LedgerWriter {
        LedgerWriter(client: store.client, clock: clock, logger: silentLogger)
    }

    @Test func `a node's start raises the epoch of every shard`() async throws {
        try await withPostgres { store in
            let first = try await store.ledger.takeShards(node: "first")
            let second = try await store.ledger.takeShards(node: "second")
            #expect(first == Array(repeating: 1, count: Shard.count))
            #expect(second == Array(repeating: 2, count: Shard.count))
            #expect(try await store.number("SELECT count(*) FROM shards WHERE node = 'second' AND epoch = 2") == 64)
        }
    }

    @Test func `a change with an old epoch leaves no trace`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let zombie = try await Node(store.ledger)
            let booking = offering.booking(seats: "STALLS-1-1", floor: 2)
            try await zombie.commit(booking, of: offering)
            _ = try await Node(store.ledger)
            let before = try await store.traces()

            let late = offering.booking(seats: "STALLS-1-2", floor: 3)
            for change in [late, booking.confirmed, booking.failed] {
                #expect(await refusal { try await zombie.commit(change, of: offering) } == .fenced)
            }
            #expect(try await store.traces() == before)
            #expect(try await store.ledger.booking(booking.id) == booking)
        }
    }

    @Test func `each change of a batch is judged by its own epoch`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala(shard: 7)
            let elsewhere = try Offering.gala(shard: 8)
            let zombie = try await Node(store.ledger)
            let owner = try await Node(store.ledger)
            let changes = [
                owner.change(offering.booking(floor: 1), of: offering),
                zombie.change(offering.booking(floor: 1), of: offering),
                zombie.change(elsewhere.booking(floor: 1), of: elsewhere),
                owner.change(elsewhere.booking(floor: 1), of: elsewhere),
            ]
            #expect(await writer(store).write(changes).map(\.code) == [nil, .fenced, .fenced, nil])
            #expect(try await store.traces() == [2, 2, 2, 2, 2])
        }
    }

    @Test func `rows are found by an index however small the tables are`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            let bookings = (1...5).map { _ in offering.booking(floor: 1) }
            try await node.commit(bookings, of: offering)
            let batch = LedgerBatch(bookings.map { node.change($0.confirmed, of: offering) })
            let explained = batch.statements().map { PostgresStatement("EXPLAIN \($0.sql)", $0.parameters) }
            func text(_ plans: [PostgresRows]) throws -> String {
                try plans.joined().map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
            }
            let unguided = try text(try await store.client.transaction(explained))
            #expect(unguided.contains("Seq Scan"), "what would happen otherwise")
            let plans = try text(try await store.client.transaction(behind: batch.fence, explained))
            #expect(plans.contains("Index Scan using bookings_pkey"))
            #expect(!plans.contains("Seq Scan"))
        }
    }

    @Test func `a refused change does not fail those that came with it`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            let sold = offering.booking(seats: "STALLS-1-20", floor: 9)
            try await node.commit(sold, of: offering)

            var bookings = offering.bookings(ofSeats: 1...50)
            bookings[30] = offering.booking(floor: 2)
            let outcomes = await writer(store).write(bookings.map { node.change($0, of: offering) })
            let refused = outcomes.indices.filter { outcomes[$0].code != nil }
            #expect(refused == [19, 30])
            #expect(refused.map { outcomes[$0].code } == [.conflict, .conflict])
            #expect(try await store.traces() == [49, 50, 9, 49, 49])
        }
    }

    @Test func `of two bookings of one place that come together one is refused`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            let changes = [
                offering.booking(seats: "STALLS-1-1"), offering.booking(floor: 6), offering.booking(floor: 6),
                offering.booking(seats: "STALLS-1-1"),
            ].map { node.change($0, of: offering) }
            let refused = await writer(store).write(changes).map { $0.code != nil }
            #expect(refused == [false, false, true, true])
        }
    }

    @Test func `the totals of a general section follow its claims`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            // 25 customers want two places each of ten; those that get them fail, and their places are sold again.
            for _ in 0..<3 {
                let bookings = (0..<25).map { _ in offering.booking(floor: 2) }
                let accepted = await withTaskGroup(of: Booking?.self) { group in
                    for booking in bookings {
                        group.addTask {
                            let code = await refusal { try await node.commit(booking, of: offering) }
                            #expect(code == nil || code == .conflict)
                            return code == nil ? booking : nil
                        }
                    }
                    return await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
                }
                #expect(accepted.count == 5)
                #expect(try await store.number("SELECT claimed FROM unit_totals") == 10)
                #expect(try await store.number("SELECT sum(quantity) FROM claims") == 10)
                try await node.commit(accepted.map(\.failed), of: offering)
                #expect(try await store.number("SELECT claimed FROM unit_totals") == 0)
            }
        }
    }

    @Test func `a thousand commits that come together share few transactions`() async throws {
        try await withPostgres { store in
            let offering = try Offering.gala()
            let node = try await Node(store.ledger)
            try await withThrowingTaskGroup { group in
                for number in 0..<1_000 {
                    let booking = offering.booking(seats: "STALLS-\(number / 50 + 1)-\(number % 50 + 1)")
                    group.addTask { try await node.commit(booking, of: offering) }
                }
                try await group.waitForAll()
            }
            #expect(try await store.traces() == [1_000, 1_000, 0, 1_000, 1_000])
            #expect(try await store.number("SELECT count(DISTINCT xmin::text) FROM bookings") <= 100)
        }
    }

    @Test func `nodes that start and write at once do not lock each other out`() async throws {
        try await withPostgres { store in
            let offerings = try (0..<Shard.count).map { try Offering.gala(shard: $0) }
            let other = try PostgresStore(url: store.url, connections: 4)
            try await running(other.client) {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<4 {
                        group.addTask {
                            for _ in 0..<20 {
                                let node = try await Node(other.ledger)
                                let some = offerings.shuffled().prefix(20)
                                let changes = some.map { node.change($0.booking(seats: "STALLS-1-1"), of: $0) }
                                _ = await writer(other).write(changes)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}

extension LedgerWriter.Outcome {
    fileprivate var code: LedgerError.Code? {
        switch self {
        case .success: nil
        case .failure(let error): (error as? LedgerError)?.code
        }
    }
}

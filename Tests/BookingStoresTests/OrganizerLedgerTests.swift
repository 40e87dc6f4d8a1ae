import Booking
import Inventory
import Testing

/// What every ledger promises to organizers.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct OrganizerLedgerTests {
    @Test(arguments: LedgerKind.allCases)
    func `a block is read as it was written until it is removed, and then by its places' history`(
        _ kind: LedgerKind
    ) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let epoch = try await Node(ledger).epochs[offering.id]
            let (block, other) = (offering.block("STALLS-1-1"), offering.block("STALLS-1-2", reason: "Press “A”"))
            for block in [block, other, block] { try await ledger.add(block, epoch: epoch) }
            #expect(Set(try await ledger.blocks(of: offering.id, epoch: epoch)) == [block, other])
            #expect(Set(try await ledger.state(of: offering.id).blocks) == [block, other])
            #expect(try await ledger.blocks(of: newID(), epoch: epoch).isEmpty)

            let removal = BlockRemoval(
                of: block.id, on: offering.id, removedBy: offering.organizer, removedAt: clock.timestamp)
            #expect(try await ledger.removeBlock(removal, epoch: epoch))
            #expect(try await !ledger.removeBlock(removal, epoch: epoch))
            #expect(try await ledger.blocks(of: offering.id, epoch: epoch) == [other])

            let booking = offering.booking(seats: "STALLS-1-1", floor: 1)
            try await ledger.commit(LedgerChange(.queued, booking, offering: offering, epoch: epoch))
            let history = try await ledger.history(ofUnit: "STALLS-1-1", on: offering.id, limit: 10)
            #expect(history.bookings == [booking])
            #expect(history.blocks.map(\.block) == [block])
            #expect(history.blocks.map(\.removal) == [removal])
            #expect(try await ledger.history(ofUnit: "STALLS-1-1 ", on: offering.id, limit: 10).blocks.isEmpty)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a node that has lost its shards can neither block nor put back`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let zombie = try await Node(ledger).epochs[offering.id]
            let block = offering.block("STALLS-1-1")
            try await ledger.add(block, epoch: zombie)
            let owner = try await Node(ledger).epochs[offering.id]
            let removal = BlockRemoval(
                of: block.id, on: offering.id, removedBy: offering.organizer, removedAt: clock.timestamp)
            #expect(
                await refusal { try await ledger.add(offering.block("STALLS-1-2"), epoch: zombie) } == .fenced)
            #expect(await refusal { _ = try await ledger.removeBlock(removal, epoch: zombie) } == .fenced)
            #expect(try await ledger.blocks(of: offering.id, epoch: owner) == [block])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `an offering's bookings come page by page, by where they stand`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let (offering, other) = (try Offering.gala(), try Offering.gala())
            let node = try await Node(ledger)
            let bookings = offering.bookings(ofSeats: 1...5).sorted { $0.id.own < $1.id.own }
            try await node.commit(bookings, of: offering)
            try await node.commit([bookings[1].confirmed, bookings[3].confirmed, bookings[4].failed], of: offering)
            try await node.commit(other.booking(floor: 1), of: other)
            func ids(_ status: BookingStatus?, after last: UniqueID? = nil, limit: Int = 10) async throws -> [Int] {
                let page = try await ledger.bookings(on: offering.id, status: status, after: last, limit: limit)
                return page.compactMap { booking in bookings.firstIndex { $0.id == booking.id } }
            }
            #expect(try await ids(nil) == [0, 1, 2, 3, 4])
            #expect(try await ids(nil, after: bookings[1].id.own, limit: 2) == [2, 3])
            #expect(try await ids(.confirmed) == [1, 3])
            #expect(try await ids(.confirmed, after: bookings[1].id.own) == [3])
            #expect(try await ids(.failed) == [4])
            #expect(try await ids(.cancelled).isEmpty)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `of many check-ins of one place one is admitted, and the others learn which`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1", floor: 2)
            func checkIn(_ place: Int, gate: String? = nil) -> CheckIn {
                CheckIn(booking: booking.id, place: place, time: clock.timestamp, admittedBy: newID(), gate: gate)
            }
            #expect(try await ledger.record(checkIn(0)) == .unknownBooking)
            try await node.commit(booking, of: offering)
            #expect(try await ledger.record(checkIn(0)) == .notConfirmed(.queued))
            try await node.commit(booking.confirmed, of: offering)

            let tries = (0..<10).map { checkIn(1, gate: "Gate \($0)") }
            let outcomes = try await withThrowingTaskGroup(of: (CheckIn, CheckInOutcome).self) { group in
                for attempt in tries { group.addTask { (attempt, try await ledger.record(attempt)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let winners = outcomes.filter { $0.1 == .admitted }.map(\.0)
            let winner = try #require(winners.first)
            #expect(winners.count == 1)
            #expect(outcomes.count { $0.1 == .alreadyAdmitted(winner) } == 9)
            #expect(try await ledger.record(checkIn(2)) == .admitted)

            let cancelled = booking.confirmed.cancelled(refundMinor: 0, at: clock.timestamp)
            try await node.commit(cancelled, of: offering)
            #expect(try await ledger.record(checkIn(0)) == .notConfirmed(.cancelled))
        }
    }
}

extension Offering {
    fileprivate func block(_ seat: String, reason: String? = nil) -> Block {
        Block(
            id: newID(), offering: id, claims: booking(seats: seat).claims, reason: reason, createdBy: organizer,
            createdAt: clock.timestamp)
    }
}

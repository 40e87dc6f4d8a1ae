import Booking
import BookingStores
import Inventory
import Simulation
import Testing

/// What every history of holds promises.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct HoldHistoryContractTests {
    private let offering = newID()

    private func step(
        _ kind: HoldStep.Kind, _ units: String..., hold: Int, at time: Timestamp = clock.timestamp
    ) -> HoldStep {
        HoldStep(
            hold: HoldID(offering: offering, own: UniqueID(high: 7, low: UInt64(hold))), customer: newID(),
            units: units, kind: kind,
            time: time)
    }

    @Test(arguments: LedgerKind.allCases)
    func `a unit's steps are found, the latest hold's first, each once`(_ kind: LedgerKind) async throws {
        try await kind.withHoldHistory { history in
            let first = step(.held, "A-1-1", "A-1-2", hold: 1)
            let released = step(.released, "A-1-1", "A-1-2", hold: 1)
            let second = step(.held, "UPPER FLOOR", "A-1-1", hold: 2)
            let third = step(.expired, "A-1-11", hold: 3)
            try await history.append([first, second])
            try await history.append([first, released, third])
            func steps(_ unit: String, limit: Int = 10) async throws -> [HoldStep] {
                try await history.steps(ofUnit: unit, on: offering, limit: limit)
            }
            let found = try await steps("A-1-1")
            #expect(found.first == second)
            #expect(Set(found) == [first, released, second])
            #expect(try await steps("A-1-1", limit: 1) == [second])
            #expect(try await steps("A-1-11") == [third])
            #expect(try await steps("UPPER FLOOR") == [second])
            #expect(try await history.steps(ofUnit: "A-1-1", on: newID(), limit: 10).isEmpty)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `old steps are forgotten, some at a time`(_ kind: LedgerKind) async throws {
        try await kind.withHoldHistory { history in
            let now = clock.timestamp
            let new = step(.held, "A-1-1", hold: 9, at: now)
            try await history.append((1...5).map { step(.held, "A-1-1", hold: $0, at: now + .seconds(-$0)) } + [new])
            #expect(try await history.prune(before: now, limit: 3) == 3)
            #expect(try await history.prune(before: now, limit: 3) == 2)
            #expect(try await history.prune(before: now, limit: 3) == 0)
            #expect(try await history.steps(ofUnit: "A-1-1", on: offering, limit: 10) == [new])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `when a booking was cancelled is still known when its money has gone back`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1")
            let cancelled = booking.confirmed.cancelled(refundMinor: 5, at: booking.createdAt + .seconds(10))
            try await node.commit([booking, booking.confirmed, cancelled], of: offering)
            let refunded = cancelled.refunded(at: booking.createdAt + .seconds(99))
            try await node.commit(refunded, .refunded, of: offering)
            let read = try #require(try await ledger.booking(booking.id))
            #expect(read == refunded)
            #expect(read.cancelledAt == booking.createdAt + .seconds(10))
        }
    }
}

extension LedgerKind {
    fileprivate func withHoldHistory(_ body: (any HoldHistory) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(InMemoryHoldHistory())
        case .postgres: try await withPostgres { try await body(PostgresHoldHistory(client: $0.client)) }
        }
    }
}

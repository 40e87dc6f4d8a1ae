import Testing

@testable import Usher

/// Each promise about the ledger is broken on purpose.
@Suite(.timeLimit(.minutes(1))) struct LedgerCheckTests {
    private static let checks: [LedgerCheck] = [.capacity, .endings(settledAfter: 30), .claims, .totals, .prices]

    @Test func `Sound bookings keep all promises`() async throws {
        try await PlantedLedger.with { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            try await ledger.add(booking: 2, status: "failed", unit: "NORTH-1-1")
            try await ledger.add(booking: 3, unit: "FLOOR", capacity: 10)
            try await ledger.run("INSERT INTO unit_totals VALUES ('\(PlantedLedger.event)', 'FLOOR', 10, 1)")
            let checks = try await look(at: ledger)
            #expect(checks.allSatisfy { $0.isKept }, "\(checks)")
            #expect(checks.map(\.checked) == ["2 places", "3 bookings", "2 claims", "1 units", "3 bookings"])
        }
    }

    @Test func `A seat with two claims breaks I1`() async throws {
        try await expect(
            "I1", "NORTH-1-1 of event \(PlantedLedger.event): 2 places claimed of 1"
        ) { ledger in
            try await ledger.run("DROP INDEX claims_seat")
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            try await ledger.add(booking: 2, unit: "NORTH-1-1")
        }
    }

    @Test func `A booking that does not end breaks I2`() async throws {
        try await expect("I2", "still queued") { try await $0.add(booking: 1, status: "queued", unit: "NORTH-1-1") }
    }

    @Test func `A booking that changed just now may go on`() async throws {
        try await PlantedLedger.with { ledger in
            try await ledger.add(booking: 1, status: "queued", unit: "NORTH-1-1")
            try await ledger.run("UPDATE bookings SET updated_at = now()")
            let checks = try await look(at: ledger)
            #expect(checks.allSatisfy { $0.isKept }, "\(checks)")
        }
    }

    @Test func `A claim without its booking, of another quantity, or too few break I3`() async throws {
        try await expect("I3", "has 0 of NORTH-1-2, and claims 1 of it") { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            try await ledger.claim("NORTH-1-2", booking: 1)
        }
        try await expect("I3", "has 0 of NORTH-1-1, and claims 1 of it") { try await $0.claim("NORTH-1-1", booking: 9) }
        try await expect("I3", "has 1 of NORTH-1-1, and claims 0 of it") { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            try await ledger.run("DELETE FROM claims")
        }
        try await expect("I3", "has 1 of NORTH-1-1, and claims 2 of it") { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1", capacity: 1)
            try await ledger.run("UPDATE claims SET quantity = 2, unit_capacity = 2")
            try await ledger.run("INSERT INTO unit_totals VALUES ('\(PlantedLedger.event)', 'NORTH-1-1', 2, 2)")
        }
        try await expect("I3", "has 0 of NORTH-1-1, and claims 1 of it") { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            try await ledger.run("UPDATE bookings SET status = 'cancelled'")
        }
    }

    @Test func `A sum that is not that of the claims breaks I3`() async throws {
        try await expect("I3", "FLOOR of event \(PlantedLedger.event): the sum says 2 of 10, the claims 1") { ledger in
            try await ledger.add(booking: 1, unit: "FLOOR", capacity: 10)
            try await ledger.run("INSERT INTO unit_totals VALUES ('\(PlantedLedger.event)', 'FLOOR', 10, 2)")
        }
        try await expect("I3", "the sum says 0 of , the claims 1") { ledger in
            try await ledger.add(booking: 1, unit: "FLOOR", capacity: 10)
        }
    }

    @Test func `A total that its claims do not cost breaks I3`() async throws {
        try await expect("I3", "has a total of 1, its claims one of 8500") { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            try await ledger.run("UPDATE bookings SET total_minor = 1")
        }
    }

    /// Expects that one promise is found broken, once, and no other is.
    private func expect(
        _ name: String, _ violation: String, plant: @Sendable (PlantedLedger) async throws -> Void
    ) async throws {
        try await PlantedLedger.with { ledger in
            try await plant(ledger)
            let broken = try await look(at: ledger).filter { !$0.isKept }
            #expect(broken.map(\.name) == [name], "\(broken)")
            #expect(broken.first?.violationCount == 1)
            #expect(broken.first?.violations.first?.contains(violation) == true, "\(broken)")
        }
    }

    private func look(at ledger: PlantedLedger) async throws -> [PromiseCheck] {
        try await LedgerSnapshot(ledger.database, checks: Self.checks).checks
    }
}

import Simulation
import Testing

@testable import Booking
@testable import Inventory

@Suite(.timeLimit(.minutes(1))) struct SeatFeedTests {
    /// What a reader makes of a snapshot and the updates after it.
    private struct Map {
        private(set) var version: UInt64 = 0
        private(set) var counts: [UnitIndex: UnitCounts] = [:]

        mutating func apply(_ update: SeatUpdate) {
            version = update.version
            for change in update.units { counts[change.unit] = change.counts }
        }
    }

    @Test func `whoever applies the changes to a snapshot has the inventory's state`() async throws {
        let engine = try await Engine()
        try await engine.service.followSeats(of: Engine.offering.id) { feed in
            await expectNoThrow {
                _ = try await engine.hold("STALLS-1-1", floor: 1)
                var map = Map()
                map.apply(await feed.snapshot(section: nil))
                let hold = try await engine.hold("STALLS-2-1", "STALLS-2-2", floor: 2)
                try await engine.service.release(hold.id, of: Engine.alice.id)
                _ = try await engine.hold("STALLS-2-2")
                engine.clock.advance(by: .seconds(601))
                _ = try await engine.counts("STALLS")
                _ = try await engine.hold("STALLS-2-5")
                map.apply(try #require(await feed.next()))

                let now = await feed.snapshot(section: nil)
                #expect(map.version == now.version)
                #expect(map.counts == Dictionary(uniqueKeysWithValues: now.units.map { ($0.unit, $0.counts) }))
            }
        }
    }

    @Test func `changes of a unit between two looks are told once, as the unit is now`() async throws {
        let engine = try await Engine()
        try await engine.service.followSeats(of: Engine.offering.id) { feed in
            await expectNoThrow {
                for _ in 1...3 {
                    let hold = try await engine.hold("STALLS-1-1")
                    try await engine.service.release(hold.id, of: Engine.alice.id)
                }
                let update = try #require(await feed.next())
                #expect(update.version == feed.start + 6)
                #expect(update.units.map(\.unit) == [0])
                #expect(update.units.first?.counts.free == 1)
            }
        }
    }

    @Test func `an inventory that is followed stays in memory, and no longer`() async throws {
        let engine = try await Engine()
        try await engine.service.followSeats(of: Engine.offering.id) { _ in
            await engine.directory.passivate(unusedFor: .zero)
            #expect(engine.directory.activeCount == 1)
        }
        await engine.directory.passivate(unusedFor: .zero)
        #expect(engine.directory.activeCount == 0)
    }

    @Test func `a feed ends with its inventory`() async throws {
        let engine = try await Engine()
        try await engine.service.followSeats(of: Engine.offering.id) { feed in
            await expectNoThrow {
                _ = try await engine.directory.withInventory(of: Engine.offering.id) { await engine.directory.drop($0) }
                #expect(await feed.next() == nil)
            }
        }
    }

    @Test func `a step that is missing ends the feed`() async throws {
        let engine = try await Engine()
        try await engine.service.followSeats(of: Engine.offering.id) { feed in
            feed.append(Changes(version: feed.start + 2, units: []))
            #expect(await feed.next() == nil)
        }
    }
}

/// Records what `body` throws, where nothing can be thrown on.
private func expectNoThrow(_ body: () async throws -> Void) async {
    do {
        try await body()
    } catch {
        Issue.record(error)
    }
}

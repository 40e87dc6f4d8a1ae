import Inventory
import Testing

@Suite struct ChangesTests {
    var venue = Venue()

    @Test mutating func `each decision tells what its units are now, under the next version`() {
        let hold = venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(2)).changes

        #expect(hold.version == 1)
        #expect(
            hold.units == [
                UnitChange(unit: 0, counts: .heldSeat),
                UnitChange(unit: 12, counts: UnitCounts(free: 3, held: 2, booked: 0, blocked: 0)),
            ])
        #expect(venue.release(1).changes.version == 2)
    }

    @Test mutating func `what changes no unit has no version of its own`() {
        venue.hold(1, Venue.floor(1))
        #expect(venue.submit(1, as: 9).changes == venue.inventory.expire(at: Venue.second(1), limit: 1).changes)
        #expect(venue.hold(2, Venue.floor(9)).changes.units.isEmpty)
        #expect(venue.inventory.version == 1)
    }

    @Test mutating func `a refused hold still tells what had lapsed on the way`() {
        venue.hold(1, Venue.seats("STALLS-1-1"))
        venue.sell(2, Venue.seats("STALLS-1-2"))

        let refused = venue.hold(3, Venue.seats("STALLS-1-1", "STALLS-1-2"), at: 60)

        #expect(refused.unavailable.map(\.unit) == [1])
        #expect(refused.lapsed.map(\.hold) == [Venue.id(1)])
        #expect(refused.changes.units == [UnitChange(unit: 0, counts: .freeSeat)])
        #expect(refused.changes.version == venue.inventory.version)
    }

    @Test mutating func `a decision that is kept is not changed by the next one`() {
        let first = venue.hold(1, Venue.floor(1)).changes
        venue.hold(2, Venue.seats("STALLS-1-1"))
        #expect(first.units.map(\.unit) == [12])
    }
}

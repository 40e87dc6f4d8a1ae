import Testing

@testable import Inventory

@Suite struct HoldTests {
    var venue = Venue()

    @Test mutating func `a hold sets seats and places aside together`() throws {
        let decision = venue.hold(1, Venue.seats("STALLS-1-1", "BALCONY-1-2") + Venue.floor(2))

        #expect(try decision.get().claims.count == 3)
        #expect(venue.counts(ofSeat: "STALLS-1-1") == .heldSeat)
        #expect(venue.counts("STALLS") == [11, 1, 0])
        #expect(venue.counts("FLOOR") == [3, 2, 0])
        #expect(venue.counts("BALCONY") == [1, 1, 0])
    }

    @Test mutating func `nothing is held when one of the seats is taken`() {
        venue.hold(1, Venue.seats("STALLS-1-2"))
        let version = venue.inventory.version

        let units = venue.hold(2, Venue.seats("STALLS-1-1", "STALLS-1-2") + Venue.floor(1), by: 2).unavailable

        #expect(units.map { Venue.layout.name(of: $0.unit) } == ["STALLS-1-2"])
        #expect(units.map(\.heldUntil) == [Venue.second(60)])
        #expect(units.map(\.reason) == [.held])
        #expect(venue.counts("STALLS") == [11, 1, 0])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
        #expect(venue.inventory.version == version)
    }

    @Test mutating func `a general section is never held beyond its capacity`() {
        venue.hold(1, Venue.floor(4))

        let units = venue.hold(2, Venue.floor(2)).unavailable

        #expect(units.map(\.available) == [1])
        #expect(units.map(\.heldUntil) == [Venue.second(60)])
        #expect(venue.hold(3, Venue.floor(1)).refusal == nil)
        #expect(venue.counts("FLOOR") == [0, 5, 0])
    }

    @Test mutating func `an empty hold is refused`() {
        #expect(venue.hold(1, []).refusal == .noClaims)
    }

    @Test mutating func `a seat named twice is refused`() throws {
        let seat = try #require(Venue.layout.seat(named: "STALLS-2-2"))
        #expect(venue.hold(1, Venue.seats("STALLS-2-2", "STALLS-1-1", "STALLS-2-2")).refusal == .duplicateUnit(seat))
        #expect(venue.counts("STALLS") == [12, 0, 0])
    }

    @Test(arguments: [0, -1, 6, Int.min, Int.max])
    func `a quantity outside the capacity is refused`(quantity: Int) throws {
        var venue = Venue()
        let floor = try #require(Venue.layout.countedUnit(named: "FLOOR"))
        #expect(venue.hold(1, Venue.floor(quantity)).refusal == .invalidQuantity(floor, capacity: 5))
        #expect(venue.counts("FLOOR") == [5, 0, 0])
    }

    @Test mutating func `an id serves one hold only, also after that has ended`() {
        venue.hold(1, Venue.floor(1))
        #expect(venue.hold(1, Venue.floor(1)).refusal == .duplicateHold)
        venue.release(1)
        #expect(venue.hold(1, Venue.floor(1)).refusal == .duplicateHold)
    }

    @Test mutating func `a released hold gives its places back and is told so`() {
        venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(2))

        #expect(venue.release(1).refusal == nil)

        #expect(venue.counts("STALLS") == [12, 0, 0])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
        #expect(venue.release(1).refusal == .released)
        #expect(venue.hold(2, Venue.seats("STALLS-1-1"), by: 2).refusal == nil)
    }

    @Test mutating func `the latest endings are remembered, an older one is forgotten`() {
        for number in 1...UInt64(3 * Endings.limit + 1) {
            venue.hold(number, Venue.floor(1))
            venue.release(number)
        }

        for number in UInt64(2 * Endings.limit + 2)...UInt64(3 * Endings.limit + 1) {
            #expect(venue.release(number).refusal == .released)
        }
        #expect(venue.release(UInt64(2 * Endings.limit + 1)).refusal == .unknownHold)
    }

    @Test mutating func `a stranger's hold looks like none, living or ended`() {
        venue.hold(1, Venue.floor(1))
        #expect(venue.release(1, by: 2).refusal == .unknownHold)
        #expect(venue.submit(1, as: 9, by: 2).refusal == .unknownHold)
        venue.release(1)
        #expect(venue.release(1, by: 2).refusal == .unknownHold)
        #expect(venue.release(7).refusal == .unknownHold)
    }
}

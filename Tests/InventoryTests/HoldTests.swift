import Inventory
import Testing

@Suite struct HoldTests {
    var venue = Venue()

    @Test mutating func `a hold sets seats and places aside together`() throws {
        let decision = venue.hold(1, Venue.seats("STALLS-1-1", "BALCONY-1-2") + Venue.floor(2))

        #expect(try decision.get().claims.count == 3)
        #expect(venue.status("STALLS-1-1") == .held)
        #expect(venue.counts("STALLS") == [11, 1, 0])
        #expect(venue.counts("FLOOR") == [3, 2, 0])
        #expect(venue.counts("BALCONY") == [1, 1, 0])
    }

    @Test mutating func `nothing is held when one of the seats is taken`() {
        venue.hold(1, Venue.seats("STALLS-1-2"), until: 60)
        let version = venue.inventory.version

        let refusal = venue.hold(2, Venue.seats("STALLS-1-1", "STALLS-1-2") + Venue.floor(1), by: 2).refusal

        guard case .unavailable(let units) = refusal else { return #expect(Bool(false), "\(refusal as Any)") }
        #expect(units.map { Venue.layout.name(of: $0.unit) } == ["STALLS-1-2"])
        #expect(units.map(\.heldUntil) == [Venue.second(60)])
        #expect(units.map(\.isBooked) == [false])
        #expect(venue.counts("STALLS") == [11, 1, 0])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
        #expect(venue.inventory.version == version)
    }

    @Test mutating func `a general section is never held beyond its capacity`() {
        venue.hold(1, Venue.floor(4))

        guard case .unavailable(let units) = venue.hold(2, Venue.floor(2)).refusal else {
            return #expect(Bool(false), "five places cannot be held by six")
        }
        #expect(units.map(\.available) == [1])
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
        let floor = try #require(Venue.layout.generalUnit(named: "FLOOR"))
        #expect(venue.hold(1, Venue.floor(quantity)).refusal == .invalidQuantity(floor, capacity: 5))
        #expect(venue.counts("FLOOR") == [5, 0, 0])
    }

    @Test mutating func `an id serves one hold only, also after that has ended`() {
        venue.hold(1, Venue.floor(1))
        #expect(venue.hold(1, Venue.floor(1)).refusal == .unknownHold)
        _ = venue.release(1)
        #expect(venue.hold(1, Venue.floor(1)).refusal == .unknownHold)
    }

    @Test mutating func `a released hold gives its places back and is told so`() {
        venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(2))

        #expect(venue.release(1).refusal == nil)

        #expect(venue.counts("STALLS") == [12, 0, 0])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
        #expect(venue.release(1).refusal == .released)
        #expect(venue.hold(2, Venue.seats("STALLS-1-1"), by: 2).refusal == nil)
    }

    @Test mutating func `a stranger's hold looks like none, living or ended`() {
        venue.hold(1, Venue.floor(1))
        #expect(venue.release(1, by: 2).refusal == .unknownHold)
        #expect(venue.submit(1, as: 9, by: 2).refusal == .unknownHold)
        _ = venue.release(1)
        #expect(venue.release(1, by: 2).refusal == .unknownHold)
        #expect(venue.release(7).refusal == .unknownHold)
    }
}

@Suite struct DeadlineTests {
    var venue = Venue()

    @Test mutating func `a hold lasts until its deadline and not a nanosecond longer`() {
        venue.hold(1, Venue.seats("STALLS-1-1"), until: 60)
        let justBefore = Moment(nanoseconds: Venue.second(60).nanoseconds - 1)

        #expect(venue.inventory.expire(at: justBefore, limit: 10).isEmpty)
        #expect(venue.hold(2, Venue.seats("STALLS-1-1"), by: 2, at: 59).refusal != nil)
        #expect(venue.inventory.expire(at: Venue.second(60), limit: 10).map(\.hold) == [Venue.id(1)])
        #expect(venue.counts("STALLS") == [12, 0, 0])
    }

    @Test mutating func `an expired hold is over even before it has been swept`() {
        venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(5), until: 60)

        #expect(venue.submit(1, as: 9, at: 60).refusal == .expired)
        #expect(venue.release(1, at: 60).refusal == .expired)
        #expect(venue.hold(2, Venue.seats("STALLS-1-1"), by: 2, at: 60).refusal == nil)
        #expect(venue.hold(3, Venue.floor(5), by: 2, at: 60).refusal == nil)
        #expect(venue.inventory.expire(at: Venue.second(60), limit: 10).isEmpty)
        #expect(venue.release(1, at: 61).refusal == .expired)
    }

    @Test mutating func `holds end in the order of their deadlines, a bounded number at a time`() {
        for (hold, deadline) in [(1, 30), (2, 10), (3, 20)] as [(UInt64, Int64)] {
            venue.hold(hold, Venue.floor(1), until: deadline)
        }
        #expect(venue.inventory.nextDeadline == Venue.second(10))
        #expect(venue.inventory.expire(at: Venue.second(25), limit: 1).map(\.hold) == [Venue.id(2)])
        #expect(venue.inventory.expire(at: Venue.second(25), limit: 5).map(\.hold) == [Venue.id(3)])
        #expect(venue.inventory.nextDeadline == Venue.second(30))
        #expect(venue.counts("FLOOR") == [4, 1, 0])
    }

    @Test mutating func `a thousand holds end in order whatever the order they came in`() throws {
        let layout = try Layout(sections: [.init(name: "F", kind: .general(capacity: 1_000), priceMinor: 1)])
        var inventory = Inventory(layout: layout)
        for number in 0..<UInt64(1_000) {
            let deadline = Int64(number * 7_919 % 1_000)
            let claims = [UnitClaim(unit: 0, quantity: 1)]
            _ = inventory.apply(
                .hold(
                    Venue.id(number), customer: Venue.id(1), claims: claims, until: Moment(nanoseconds: deadline + 1)),
                at: Moment(nanoseconds: 0))
            if number % 3 == 0 {
                _ = inventory.apply(.release(Venue.id(number), customer: Venue.id(1)), at: .init(nanoseconds: 0))
            }
        }
        let ended = inventory.expire(at: Moment(nanoseconds: 2_000), limit: .max)
        #expect(ended.count == 666)
        #expect(ended.map(\.deadline) == ended.map(\.deadline).sorted())
        #expect(inventory.counts(ofSection: 0).free == 1_000)
    }
}

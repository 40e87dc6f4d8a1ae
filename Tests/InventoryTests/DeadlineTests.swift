import Inventory
import Testing

@Suite struct DeadlineTests {
    var venue = Venue()

    @Test mutating func `a hold lasts until its deadline and not a nanosecond longer`() {
        venue.hold(1, Venue.seats("STALLS-1-1"))
        let justBefore = Moment(nanoseconds: Venue.second(60).nanoseconds - 1)

        #expect(venue.inventory.expire(at: justBefore, limit: 10).lapsed.isEmpty)
        #expect(venue.hold(2, Venue.seats("STALLS-1-1"), by: 2, at: 59).refusal != nil)
        #expect(venue.expire(at: 60) == [Venue.id(1)])
        #expect(venue.counts("STALLS") == [12, 0, 0])
    }

    @Test mutating func `an expired hold is over even before it has been swept`() {
        venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(5))

        #expect(venue.submit(1, as: 9, at: 60).refusal == .expired)
        #expect(venue.release(1, at: 60).refusal == .expired)
        #expect(venue.extend(1, at: 60).refusal == .expired)
        let next = venue.hold(2, Venue.seats("STALLS-1-1"), by: 2, at: 60)
        #expect(next.refusal == nil)
        #expect(next.lapsed.map(\.hold) == [Venue.id(1)])
        #expect(venue.hold(3, Venue.floor(5), by: 2, at: 60).refusal == nil)
        #expect(venue.expire(at: 60).isEmpty)
        #expect(venue.release(1, at: 61).refusal == .expired)
    }

    @Test mutating func `holds end in the order of their deadlines, a bounded number at a time`() {
        for (hold, now) in [(1, 30), (2, 10), (3, 20)] as [(UInt64, Int64)] {
            venue.hold(hold, Venue.floor(1), at: now)
        }
        #expect(venue.inventory.nextDeadline == Venue.second(70))
        #expect(venue.expire(at: 85, limit: 1) == [Venue.id(2)])
        #expect(venue.expire(at: 85, limit: 5) == [Venue.id(3)])
        #expect(venue.inventory.nextDeadline == Venue.second(90))
        #expect(venue.counts("FLOOR") == [4, 1, 0])
    }

    @Test mutating func `an extended hold lasts a hold time from now, up to the longest hold`() throws {
        venue.hold(1, Venue.floor(1))

        #expect(venue.extend(1, at: 0).refusal == .cannotExtend(until: Venue.second(60)))
        #expect(try venue.extend(1, at: 30).get().deadline == Venue.second(90))
        #expect(try venue.extend(1, at: 80).get().deadline == Venue.second(120))
        #expect(venue.extend(1, at: 90).refusal == .cannotExtend(until: Venue.second(120)))
        #expect(venue.expire(at: 119).isEmpty)
        #expect(venue.expire(at: 120) == [Venue.id(1)])
    }

    @Test mutating func `a herd of expiries never makes one decision long, and a hold is asked to come again`() throws {
        let layout = try Layout(sections: [.init(name: "F", kind: .general(capacity: 20_000), priceMinor: 1)])
        var inventory = Inventory(layout: layout)
        for number in 0..<UInt64(20_000) {
            _ = inventory.apply(
                .hold(Venue.id(number), customer: Venue.id(1), .units([UnitClaim(unit: 0, quantity: 1)])),
                at: Moment(nanoseconds: 0))
        }
        let deadline = Venue.second(600)

        let decision = inventory.block([UnitClaim(unit: 0, quantity: 20_000)], at: deadline)

        #expect(decision.unavailable.map(\.heldUntil) == [deadline])
        #expect(decision.lapsed.count == 5_000)
        #expect(inventory.expire(at: deadline, limit: 1_000).lapsed.count == 1_000)
        #expect(inventory.counts(ofSection: 0).free == 6_000)
    }

    @Test mutating func `a thousand holds end in order whatever the order they came in`() throws {
        let layout = try Layout(sections: [.init(name: "F", kind: .general(capacity: 1_000), priceMinor: 1)])
        var inventory = Inventory(layout: layout)
        for number in 0..<UInt64(1_000) {
            let now = Moment(nanoseconds: Int64(number * 7_919 % 1_000))
            _ = inventory.apply(
                .hold(Venue.id(number), customer: Venue.id(1), .units([UnitClaim(unit: 0, quantity: 1)])), at: now)
            if number % 3 == 0 {
                _ = inventory.apply(.release(Venue.id(number), customer: Venue.id(1)), at: now)
            }
        }
        let ended = inventory.expire(at: Venue.second(1_000), limit: .max).lapsed
        #expect(ended.count == 666)
        #expect(ended.map(\.deadline) == ended.map(\.deadline).sorted())
        #expect(inventory.counts(ofSection: 0).free == 1_000)
    }
}

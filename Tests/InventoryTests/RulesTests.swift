import Inventory
import Testing

@Suite struct RulesTests {
    private func inventory(_ rules: Rules) throws -> Inventory {
        let accessible = (1...2).map { Layout.SeatPosition(row: 1, seat: $0) }
        return Inventory(
            layout: try Layout(sections: [
                .init(
                    name: "HALL", kind: .seated(rows: 2, seatsPerRow: 10), priceMinor: 1, accessibleSeats: accessible),
                .init(name: "FLOOR", kind: .general(capacity: 100), priceMinor: 1),
            ]), rules: rules)
    }

    private func floor(_ quantity: Int) -> Selection { .units([UnitClaim(unit: 20, quantity: quantity)]) }

    private func hold(_ number: UInt64, by customer: UInt64 = 1, _ selection: Selection) -> Command {
        .hold(Venue.id(number), customer: Venue.id(customer), selection)
    }

    @Test func `a hold has no more places than the rules allow`() throws {
        var inventory = try inventory(Rules(unitsPerHold: 4))
        let now = Venue.second(0)
        #expect(inventory.apply(hold(1, floor(5)), at: now).refusal == .tooManyForHold(limit: 4))
        #expect(
            inventory.apply(hold(2, .best(BestAvailable(quantity: 5))), at: now).refusal == .invalidSeatCount(limit: 4))
        #expect(inventory.apply(hold(3, floor(4)), at: now).refusal == nil)
    }

    @Test func `a request with more claims than any hold may have is refused unread`() throws {
        var inventory = try inventory(Rules())
        let claims = UnitClaims(repeatElement(UnitClaim(unit: 0, quantity: .max), count: 100_000))
        #expect(
            inventory.apply(hold(1, .units(claims)), at: Venue.second(0)).refusal
                == .tooManyForHold(limit: Rules.Limit.unitsPerHold))
    }

    @Test func `a customer's holds and bookings together stay within the limit`() throws {
        var inventory = try inventory(Rules(unitsPerCustomer: 5))
        let now = Venue.second(0)
        _ = inventory.apply(hold(1, floor(2)), at: now)
        _ = inventory.apply(.submit(Venue.id(1), customer: Venue.id(1), booking: Venue.id(9)), at: now)
        _ = inventory.apply(.confirm(Venue.id(1)), at: now)
        _ = inventory.apply(hold(2, floor(2)), at: now)

        #expect(inventory.apply(hold(3, floor(2)), at: now).refusal == .tooManyForCustomer(limit: 5, taken: 4))
        #expect(inventory.apply(hold(4, by: 2, floor(5)), at: now).refusal == nil)
        #expect(inventory.apply(hold(3, floor(1)), at: now).refusal == nil)

        _ = inventory.apply(.release(Venue.id(2), customer: Venue.id(1)), at: now)
        _ = inventory.apply(
            .cancel(Venue.id(1), customer: Venue.id(1), claims: [UnitClaim(unit: 20, quantity: 2)]), at: now)
        #expect(inventory.places(of: Venue.id(1)) == 1)
    }

    @Test func `a lapsed hold does not count, swept or not`() throws {
        var inventory = try inventory(Rules(holdTime: .seconds(60), unitsPerCustomer: 5))
        _ = inventory.apply(hold(1, floor(5)), at: Venue.second(0))
        #expect(inventory.apply(hold(2, floor(1)), at: Venue.second(59)).refusal != nil)
        #expect(inventory.apply(hold(3, floor(5)), at: Venue.second(60)).refusal == nil)
    }

    @Test func `places bought before a restart count`() throws {
        var inventory = try inventory(Rules(unitsPerCustomer: 5))
        try inventory.restoreBooked(UnitClaim(unit: 20, quantity: 4), by: Venue.id(1))
        #expect(
            inventory.apply(hold(1, floor(2)), at: Venue.second(0)).refusal == .tooManyForCustomer(limit: 5, taken: 4))
    }

    @Test func `holds are granted while the sale is open, and bought also after it`() throws {
        var inventory = try inventory(Rules(saleOpens: Venue.second(10), saleCloses: Venue.second(20)))
        let justBefore = Moment(nanoseconds: Venue.second(10).nanoseconds - 1)
        #expect(inventory.apply(hold(1, floor(1)), at: justBefore).refusal == .saleNotOpen(until: Venue.second(10)))
        #expect(inventory.apply(hold(1, floor(1)), at: Venue.second(10)).refusal == nil)
        #expect(inventory.apply(hold(2, floor(1)), at: Venue.second(20)).refusal == .saleClosed)
        let submit = Command.submit(Venue.id(1), customer: Venue.id(1), booking: Venue.id(9))
        #expect(inventory.apply(submit, at: Venue.second(20)).refusal == nil)
    }

    @Test func `accessible seats are for those who ask for them`() throws {
        var inventory = try inventory(Rules())
        let now = Venue.second(0)
        let seat = UnitClaim(unit: 0, quantity: 1)

        #expect(inventory.apply(hold(1, .units([seat])), at: now).refusal == .accessibleSeat(0))
        #expect(inventory.apply(hold(2, .units([seat], accessible: true)), at: now).refusal == nil)
        let best = inventory.apply(hold(3, .best(BestAvailable(quantity: 1, isAccessible: true))), at: now)
        #expect(try best.get().claims.map(\.unit) == [1])
        let others = inventory.apply(hold(4, .best(BestAvailable(quantity: 8))), at: now)
        #expect(try others.get().claims.map(\.unit) == Array(2...9))
    }

    @Test func `rules out of bounds are brought within them`() {
        let rules = Rules(holdTime: .seconds(-1), longestHold: .seconds(1_000_000_000), unitsPerHold: .max)
        #expect(rules.holdTime == .seconds(1))
        #expect(rules.longestHold == Rules.Limit.longestHold)
        #expect(rules.unitsPerHold == Rules.Limit.unitsPerHold)
    }
}

@Suite struct BlockTests {
    var venue = Venue()

    @Test mutating func `blocked places are off sale until they are put back`() {
        let claims = Venue.seats("STALLS-1-1") + Venue.floor(2)
        let now = Venue.second(0)

        #expect(venue.inventory.block(claims, at: now).refusal == nil)

        #expect(venue.counts(ofSeat: "STALLS-1-1") == .blockedSeat)
        #expect(venue.counts("FLOOR") == [3, 0, 0])
        #expect(venue.hold(1, Venue.seats("STALLS-1-1")).unavailable.map(\.reason) == [.blocked])
        #expect(venue.hold(1, Venue.floor(4)).unavailable.map(\.available) == [3])
        #expect(venue.inventory.unblock(claims).refusal == nil)
        #expect(venue.hold(2, Venue.seats("STALLS-1-1") + Venue.floor(5)).refusal == nil)
    }

    @Test mutating func `what is held or sold cannot be blocked, nor what is not blocked put back`() {
        venue.hold(1, Venue.seats("STALLS-1-1"))
        let block = venue.inventory.block(Venue.seats("STALLS-1-2", "STALLS-1-1"), at: Venue.second(0))
        #expect(block.unavailable.map(\.reason) == [.held])
        #expect(venue.counts("STALLS") == [11, 1, 0])
        #expect(venue.inventory.unblock(Venue.floor(1)).refusal != nil)
    }
}

import Inventory
import Testing

@Suite struct BookingStepsTests {
    var venue = Venue()

    @Test mutating func `a submitted hold no longer expires and cannot be let go`() {
        venue.hold(1, Venue.seats("STALLS-1-1"), until: 60)

        #expect(venue.submit(1, as: 9, at: 59).refusal == nil)

        #expect(venue.inventory.expire(at: Venue.second(1_000), limit: 10).isEmpty)
        #expect(venue.release(1, at: 1_000).refusal == .booked(Venue.booking(9)))
        #expect(venue.submit(1, as: 10).refusal == .booked(Venue.booking(9)))
        #expect(venue.counts("STALLS") == [11, 1, 0])
    }

    @Test mutating func `a confirmed booking has its places for good`() {
        venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(2))
        venue.submit(1, as: 9)

        #expect(venue.inventory.apply(.confirm(Venue.id(1)), at: Venue.second(1)).refusal == nil)

        #expect(venue.status("STALLS-1-1") == .booked)
        #expect(venue.counts("STALLS") == [11, 0, 1])
        #expect(venue.counts("FLOOR") == [3, 0, 2])
        #expect(venue.submit(1, as: 10).refusal == .booked(Venue.booking(9)))
        guard case .unavailable(let units) = venue.hold(2, Venue.seats("STALLS-1-1")).refusal else {
            return #expect(Bool(false), "a sold seat cannot be held")
        }
        #expect(units.map(\.isBooked) == [true])
        #expect(units.map(\.heldUntil) == [nil])
    }

    @Test mutating func `a failed booking gives its places back to the hold, with time to try again`() {
        venue.hold(1, Venue.seats("STALLS-1-1"), until: 60)
        venue.submit(1, as: 9, at: 50)

        let decision = venue.inventory.apply(
            .fail(Venue.id(1), keepUntil: Venue.second(110)), at: Venue.second(50))

        #expect(
            decision
                == .success(
                    Reservation(
                        hold: Venue.id(1), customer: Venue.id(1), claims: Venue.seats("STALLS-1-1"),
                        deadline: Venue.second(110))))
        #expect(venue.submit(1, as: 10, at: 109).refusal == nil)
    }

    @Test mutating func `a failure never shortens a hold`() throws {
        venue.hold(1, Venue.floor(1), until: 600)
        venue.submit(1, as: 9)
        let decision = venue.inventory.apply(.fail(Venue.id(1), keepUntil: Venue.second(60)), at: Venue.second(0))
        #expect(try decision.get().deadline == Venue.second(600))
    }

    @Test mutating func `a withdrawn submit leaves the hold as it was`() {
        venue.hold(1, Venue.floor(1), until: 60)
        venue.submit(1, as: 9)

        #expect(venue.inventory.apply(.withdraw(Venue.id(1)), at: Venue.second(1)).refusal == nil)

        #expect(venue.inventory.expire(at: Venue.second(60), limit: 1).map(\.hold) == [Venue.id(1)])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
    }

    @Test mutating func `only a submitted hold can be confirmed, failed or withdrawn`() {
        venue.hold(1, Venue.floor(1))
        for command in [
            Command.confirm(Venue.id(1)), .withdraw(Venue.id(1)), .fail(Venue.id(1), keepUntil: .init(nanoseconds: 0)),
        ] {
            #expect(venue.inventory.apply(command, at: Venue.second(1)).refusal == .notSubmitted)
        }
        #expect(venue.inventory.apply(.confirm(Venue.id(2)), at: Venue.second(1)).refusal == .unknownHold)
        #expect(venue.counts("FLOOR") == [4, 1, 0])
    }

    @Test mutating func `a reloaded inventory is as it was before`() throws {
        for claim in Venue.seats("STALLS-1-1") + Venue.floor(2) { try venue.inventory.restoreBooked(claim) }
        try venue.inventory.restore(
            Reservation(
                hold: Venue.id(5), customer: Venue.id(1), claims: Venue.seats("STALLS-1-2"), deadline: Venue.second(9)),
            at: Venue.second(0))
        try venue.inventory.restore(
            Reservation(
                hold: Venue.id(6), customer: Venue.id(1), claims: Venue.floor(1), deadline: Venue.second(0),
                booking: Venue.booking(8)), at: Venue.second(0))

        #expect(venue.counts("STALLS") == [10, 1, 1])
        #expect(venue.counts("FLOOR") == [2, 1, 2])
        #expect(venue.inventory.nextDeadline == Venue.second(9))
        #expect(venue.inventory.apply(.confirm(Venue.id(6)), at: Venue.second(20)).refusal == nil)
        #expect(throws: Refusal.self) { try venue.inventory.restoreBooked(Venue.seats("STALLS-1-1")[0]) }
    }
}

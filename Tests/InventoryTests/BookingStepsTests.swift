import Inventory
import Testing

@Suite struct BookingStepsTests {
    var venue = Venue()

    @Test mutating func `a submitted hold no longer expires and cannot be let go`() {
        venue.hold(1, Venue.seats("STALLS-1-1"))

        #expect(venue.submit(1, as: 9, at: 59).refusal == nil)

        #expect(venue.expire(at: 1_000).isEmpty)
        #expect(venue.release(1, at: 1_000).refusal == .booked(booking: Venue.id(9)))
        #expect(venue.submit(1, as: 10).refusal == .booked(booking: Venue.id(9)))
        #expect(venue.counts("STALLS") == [11, 1, 0])
    }

    @Test mutating func `a confirmed booking has its places for good`() {
        venue.hold(1, Venue.seats("STALLS-1-1") + Venue.floor(2))
        venue.submit(1, as: 9)

        #expect(venue.apply(.confirm(Venue.id(1))).refusal == nil)

        #expect(venue.counts(ofSeat: "STALLS-1-1") == .bookedSeat)
        #expect(venue.counts("STALLS") == [11, 0, 1])
        #expect(venue.counts("FLOOR") == [3, 0, 2])
        #expect(venue.submit(1, as: 10).refusal == .booked(booking: Venue.id(9)))
        let units = venue.hold(2, Venue.seats("STALLS-1-1")).unavailable
        #expect(units.map(\.reason) == [.booked])
        #expect(units.map(\.heldUntil) == [nil])
    }

    @Test mutating func `a failed booking gives its places back to the hold, with time to try again`() throws {
        venue.hold(1, Venue.seats("STALLS-1-1"))
        venue.submit(1, as: 9, at: 50)

        let hold = try venue.apply(.fail(Venue.id(1), keepUntil: Venue.second(110)), at: 50).get()

        #expect(hold.deadline == Venue.second(110))
        #expect(hold.phase == .held)
        #expect(venue.submit(1, as: 10, at: 109).refusal == nil)
    }

    @Test mutating func `a failure never shortens a hold`() throws {
        venue.hold(1, Venue.floor(1))
        venue.submit(1, as: 9)
        #expect(try venue.apply(.fail(Venue.id(1), keepUntil: Venue.second(30))).get().deadline == Venue.second(60))
    }

    @Test mutating func `a withdrawn submit leaves the hold as it was`() {
        venue.hold(1, Venue.floor(1))
        venue.submit(1, as: 9)

        #expect(venue.apply(.withdraw(Venue.id(1))).refusal == nil)

        #expect(venue.expire(at: 60) == [Venue.id(1)])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
    }

    @Test mutating func `only a submitted hold can be confirmed, failed or withdrawn`() {
        venue.hold(1, Venue.floor(1))
        for command in [
            Command.confirm(Venue.id(1)), .withdraw(Venue.id(1)), .fail(Venue.id(1), keepUntil: .init(nanoseconds: 0)),
        ] {
            #expect(venue.apply(command).refusal == .notSubmitted)
        }
        #expect(venue.apply(.confirm(Venue.id(2))).refusal == .notSubmitted)
        #expect(venue.counts("FLOOR") == [4, 1, 0])
    }

    @Test mutating func `a cancelled booking's places are on sale again, once`() throws {
        let claims = Venue.seats("STALLS-1-1") + Venue.floor(2)
        venue.sell(1, claims)
        let cancel = Command.cancel(Venue.id(1), customer: Venue.id(1), claims: claims)

        #expect(venue.apply(cancel).refusal == nil)

        #expect(venue.counts("STALLS") == [12, 0, 0])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
        venue.sell(2, claims, by: 2)
        #expect(venue.apply(cancel).refusal == .ended)
        #expect(venue.counts("FLOOR") == [3, 0, 2])
    }

    @Test mutating func `only what is sold can be cancelled`() {
        venue.hold(1, Venue.floor(2))
        for claims in [Venue.floor(1), Venue.seats("STALLS-1-1")] {
            let cancel = Command.cancel(Venue.id(9), customer: Venue.id(1), claims: claims)
            #expect(venue.apply(cancel).refusal == .notBooked)
        }
        #expect(
            venue.apply(.cancel(Venue.id(1), customer: Venue.id(1), claims: Venue.floor(2))).refusal == .notBooked)
        #expect(venue.counts("FLOOR") == [3, 2, 0])
    }

    @Test mutating func `a booking with an end gives its places back then, whoever asks first`() throws {
        venue.sell(1, Venue.seats("STALLS-1-1") + Venue.floor(5), end: 500)

        #expect(venue.counts(ofSeat: "STALLS-1-1") == .bookedSeat)
        #expect(venue.inventory.nextDeadline == Venue.second(500))
        #expect(venue.hold(2, Venue.seats("STALLS-1-1"), by: 2, at: 499).refusal != nil)
        #expect(venue.hold(3, Venue.seats("STALLS-1-1"), by: 2, at: 500).lapsed.map(\.hold) == [Venue.id(1)])
        #expect(venue.counts("FLOOR") == [5, 0, 0])
    }

    @Test mutating func `a rental that is back early ends early, and once`() {
        venue.sell(1, Venue.floor(1), end: 500)

        #expect(venue.apply(.end(Venue.id(1)), at: 100).refusal == nil)

        #expect(venue.counts("FLOOR") == [5, 0, 0])
        #expect(venue.inventory.nextDeadline == nil)
        #expect(venue.apply(.end(Venue.id(1)), at: 100).refusal == .ended)
        venue.sell(2, Venue.floor(1))
        #expect(venue.apply(.end(Venue.id(2))).refusal == .notBooked)
    }

    @Test(arguments: [-1, 0, 400_000_000])
    mutating func `an end in the past or too far ahead is refused`(end: Int64) {
        venue.hold(1, Venue.floor(1))
        #expect(venue.submit(1, as: 9, end: end).refusal == .invalidDeadline)
        #expect(venue.submit(1, as: 9).refusal == nil)
    }
}

@Suite struct ReloadTests {
    var venue = Venue()

    private func hold(_ number: UInt64, _ claims: UnitClaims, deadline: Int64) -> Reservation {
        Reservation(
            hold: Venue.id(number), customer: Venue.id(1), claims: claims, heldSince: Venue.second(0),
            deadline: Venue.second(deadline))
    }

    @Test mutating func `a reloaded inventory is as it was before`() throws {
        for claim in Venue.seats("STALLS-1-1") + Venue.floor(2) {
            try venue.inventory.restoreBooked(claim, by: Venue.id(3))
        }
        try venue.inventory.restore(hold(5, Venue.seats("STALLS-1-2"), deadline: 9), at: Venue.second(0))
        try venue.inventory.restore(
            Reservation(
                hold: Venue.id(6), customer: Venue.id(1), claims: Venue.floor(1), heldSince: Venue.second(0),
                deadline: Venue.second(0), phase: .submitted(booking: Venue.id(8))), at: Venue.second(0))

        #expect(venue.counts("STALLS") == [10, 1, 1])
        #expect(venue.counts("FLOOR") == [2, 1, 2])
        #expect(venue.inventory.nextDeadline == Venue.second(9))
        #expect(venue.apply(.confirm(Venue.id(6)), at: 20).refusal == nil)
    }

    @Test mutating func `what does not fit is refused and nothing changes`() throws {
        try venue.inventory.restoreBooked(Venue.seats("STALLS-1-1")[0], by: Venue.id(3))
        #expect(throws: Refusal.self) {
            try venue.inventory.restoreBooked(Venue.seats("STALLS-1-1")[0], by: Venue.id(3))
        }
        #expect(throws: Refusal.expired) {
            try venue.inventory.restore(hold(1, Venue.floor(1), deadline: 0), at: Venue.second(0))
        }
        #expect(throws: Refusal.invalidDeadline) {
            try venue.inventory.restore(hold(1, Venue.floor(1), deadline: 100_000), at: Venue.second(0))
        }
        #expect(throws: Refusal.unknownUnit(999)) {
            try venue.inventory.restore(
                hold(1, [UnitClaim(unit: 999, quantity: 1)], deadline: 9), at: Venue.second(0))
        }
        #expect(venue.counts("FLOOR") == [5, 0, 0])
    }
}

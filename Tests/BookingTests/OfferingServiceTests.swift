import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct OfferingServiceTests {
    @Test func `a cancelled offering sells nothing more, and everybody gets everything back`() async throws {
        let policy = CancellationPolicy(until: ManualClock().timestamp, feePercent: 50)
        let engine = try await Engine(offering: Engine.offering(cancellation: policy))
        try await engine.working {
            let bookings = [try await engine.buy("STALLS-1-1"), try await engine.buy("STALLS-1-2", floor: 2)]
            let held = try await engine.hold("STALLS-1-3", by: Engine.bob)
            await engine.cancelOffering()
            #expect(await engine.refusalOfHold("STALLS-1-4") == .eventCancelled)
            #expect(await engine.refusalOfBooking(held) == .eventCancelled)
            for booking in bookings {
                let refunded = try await engine.passTime(until: booking.id) { $0.refund?.isDone == true }
                #expect(refunded.status == .cancelled)
                #expect(refunded.refund?.amountMinor == booking.totalMinor)
            }
            try await engine.untilAllCancelled()
            #expect(try await engine.counts("STALLS") == [10, 0, 0])
            #expect(try await engine.counts("FLOOR") == [4, 0, 0])
        }
        let types = engine.ledger.record.history.map(\.eventType)
        #expect(types.count { $0 == "usher.booking.cancelled" } == 2)
    }

    @Test func `the next node goes on where a crash has left off`() async throws {
        let first = try await Engine()
        let bookings = try await first.working { [try await first.buy("STALLS-1-1"), try await first.buy(floor: 1)] }
        // Nobody works here any more: only the mark is there, and one of two bookings is cancelled.
        await first.cancelOffering()
        _ = try await first.service.cancel(bookings[0].id, of: Engine.alice.id)
        let second = try await Engine(
            clock: first.clock, ledger: first.ledger, holdStore: first.holdStore, gateway: first.gateway,
            catalog: first.catalog)
        try await second.working { try await second.untilAllCancelled() }
        for booking in bookings { #expect(await first.ledger.booking(booking.id)?.status == .cancelled) }
        #expect(first.ledger.record.history.count { $0.eventType == "usher.booking.cancelled" } == 2)
    }

    @Test func `a booking that is confirmed after the cancellation is cancelled too`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        await engine.cancelOffering()
        try await engine.working {
            let cancelled = try await engine.passTime(until: booking.id) { $0.refund?.isDone == true }
            #expect(cancelled.status == .cancelled)
            try await engine.untilAllCancelled()
        }
    }

    @Test func `more bookings than a page has are all cancelled, and an outage only delays it`() async throws {
        let layout = try Layout(sections: [.init(name: "FLOOR", kind: .general(capacity: 2_000), priceMinor: 0)])
        let offering = Offering(
            id: UniqueID(high: 7, low: 7), organizer: UniqueID(high: 9, low: 9), name: "Free", venue: "Park",
            startsAt: Timestamp(millisecondsSince1970: 1_900_000_000_000), currency: "EUR", holdTTL: .seconds(600),
            maxUnitsPerCustomer: 1, layout: layout)
        let engine = try await Engine(offering: offering)
        for number in 0..<1_100 {
            let customer = Customer(id: UniqueID(high: 2, low: UInt64(number)), email: "c@example.com")
            let booking = Booking(
                id: BookingID(offering: offering.id, own: UniqueID(high: 3, low: UInt64(number))),
                hold: HoldID(offering: offering.id, own: UniqueID(high: 4, low: UInt64(number))), customer: customer,
                claims: [Claim(unit: "FLOOR", quantity: 1, priceMinor: 0, unitCapacity: 2_000)], currency: "EUR",
                paymentToken: "tok_visa", createdAt: engine.clock.timestamp)
            for booking in [booking, booking.confirmed(paymentID: nil, at: engine.clock.timestamp)] {
                let kind: LedgerChange.Kind = booking.status == .queued ? .queued : .confirmed
                try await engine.ledger.commit(LedgerChange(kind, booking, offering: offering, epoch: 1))
            }
        }
        await engine.ledger.setOutage(LedgerError(.unavailable, "away"))
        try await engine.working {
            await engine.cancelOffering()
            await engine.clock.untilSomebodySleeps(within: .seconds(60))
            await engine.ledger.setOutage(nil)
            try await engine.untilAllCancelled()
        }
        #expect(engine.ledger.record.bookings.values.allSatisfy { $0.status == .cancelled })
    }

    @Test func `an inventory in memory goes by changed rules, and by no older ones`() async throws {
        let engine = try await Engine()
        _ = try await engine.hold("STALLS-1-1")
        var changed = Offering(Engine.offering, maxUnitsPerCustomer: 1, version: 3)
        await engine.offerings.follow(changed)
        #expect(await engine.refusalOfHold("STALLS-1-2") == .customerLimit)
        changed = Offering(Engine.offering, maxUnitsPerCustomer: 5, version: 2)
        await engine.offerings.follow(changed)
        #expect(await engine.refusalOfHold("STALLS-1-2") == .customerLimit)
    }
}

extension Offering {
    fileprivate init(_ other: Offering, maxUnitsPerCustomer: Int, version: Int64) {
        self.init(
            id: other.id, organizer: other.organizer, name: other.name, venue: other.venue, startsAt: other.startsAt,
            currency: other.currency, holdTTL: other.holdTTL, maxUnitsPerCustomer: maxUnitsPerCustomer,
            layout: other.layout, version: version)
    }
}

extension Engine {
    /// As an organizer does: recorded first, then told to what is in memory.
    func cancelOffering() async {
        guard var offering = catalog.offering(Self.offering.id) else { return }
        offering.cancelledAt = clock.timestamp
        offering.version += 1
        catalog.put(offering)
        await offerings.follow(offering)
    }

    func untilAllCancelled() async throws {
        while !catalog.cancelledOfferings(limit: 1).isEmpty {
            try Task.checkCancellation()
            await clock.untilSomebodySleeps(within: .seconds(60))
            clock.advance(by: .seconds(1))
            for _ in 0..<100 { await Task.yield() }
        }
    }

    func refusalOfHold(_ seat: String) async -> BookingError.Code? {
        await refusal { () async throws(BookingError) in try await hold(seat) }
    }

    func refusalOfBooking(_ hold: Hold) async -> BookingError.Code? {
        await refusal { () async throws(BookingError) in
            try await service.book(hold.id, for: Self.bob, paymentToken: "tok_visa")
        }
    }
}

import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct BookingLifecycleTests {
    @Test func `a paid booking is confirmed, in the ledger and in the inventory`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1", floor: 2)
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        #expect(booking.status == .queued)
        #expect(booking.version == 1)

        let ended = try await engine.working { try await engine.end(of: booking) }

        #expect(ended.status == .confirmed)
        #expect(await engine.ledger.booking(booking.id) == ended)
        #expect(try await engine.counts("STALLS") == [9, 0, 1])
        #expect(try await engine.counts("FLOOR") == [2, 0, 2])
        #expect(engine.gateway.made.values.map(\.amountMinor) == [17_500])
    }

    @Test func `updates come in order and end with the final state`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        let updates = try await engine.service.updates(of: booking.id)
        let states = try await engine.working {
            var states: [Booking] = []
            for await update in updates { states.append(update) }
            return states
        }
        #expect(states.map(\.status) == [.queued, .processing, .confirmed])
        #expect(states.map(\.version) == [1, 2, 3])
        let late = try await engine.end(of: booking)
        #expect(late == states.last)
    }

    @Test func `a declined booking fails and its hold can be booked with another card`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        try await engine.working {
            engine.clock.advance(by: .seconds(590))
            let declined = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_chargeDeclined")
            let failed = try await engine.end(of: declined)
            #expect(failed.status == .failed)
            #expect(failed.failure?.code == "payment_declined")
            #expect(try await engine.service.hold(hold.id, of: Engine.alice.id).remaining == .seconds(60))

            let second = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
            #expect(try await engine.end(of: second).status == .confirmed)
        }
        #expect(engine.gateway.made.count == 1)
        #expect(try await engine.counts("STALLS") == [9, 0, 1])
    }

    @Test func `a gateway that charges and does not answer is asked again and charges once`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_timeout")
        let ended = try await engine.working {
            async let ended = engine.end(of: booking)
            await engine.clock.untilSomebodySleeps(within: .seconds(5))
            engine.clock.advance(by: .seconds(5))
            await engine.clock.untilSomebodySleeps(within: .milliseconds(200))
            engine.clock.advance(by: .milliseconds(200))
            return try await ended
        }
        #expect(ended.status == .confirmed)
        #expect(engine.gateway.made.count == 1)
    }

    @Test func `a hold is booked once, and the second try is told by which booking`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        func bookAgain() async -> BookingError? {
            do {
                _ = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
                return nil
            } catch {
                return error
            }
        }
        let whileQueued = await bookAgain()
        let afterwards = try await engine.working {
            _ = try await engine.end(of: booking)
            return await bookAgain()
        }
        for error in [whileQueued, afterwards] {
            #expect(error?.code == .holdBooked)
            #expect(error?.bookingID == booking.id)
        }
    }

    @Test func `a booking that the ledger may not have is not paid for, and its hold comes back`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        await engine.ledger.setOutage(LedgerError(.unavailable, "away"))
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
            } == .ledgerUnavailable)
        // Until the ledger has answered nobody can have the place, and it cannot expire.
        engine.clock.advance(by: .seconds(700))
        #expect(try await engine.counts("STALLS") == [9, 1, 0])
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
            } == .holdBooked)

        await engine.ledger.setOutage(nil)
        try await engine.working {
            while await refusal({ () async throws(BookingError) in
                try await engine.service.hold(hold.id, of: Engine.alice.id)
            }) != nil {
                try Task.checkCancellation()
                await Task.yield()
            }
            let refused = await engine.ledger.bookings(of: Engine.alice.id, limit: 10, before: nil)
            #expect(refused.map(\.failure?.code) == ["not_accepted"])
            #expect(engine.gateway.made.isEmpty)
            #expect(try await engine.service.hold(hold.id, of: Engine.alice.id).remaining == .seconds(60))
            let second = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
            #expect(try await engine.end(of: second).status == .confirmed)
        }
    }

    @Test func `a full queue refuses before anything is written`() async throws {
        let engine = try await Engine(queueCapacity: 1)
        let (first, second) = (try await engine.hold("STALLS-1-1"), try await engine.hold("STALLS-1-2"))
        _ = try await engine.service.book(first.id, for: Engine.alice, paymentToken: "tok_visa")
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.book(second.id, for: Engine.alice, paymentToken: "tok_visa")
            } == .overloaded)
        #expect(await engine.ledger.bookings(of: Engine.alice.id, limit: 10, before: nil).count == 1)
        #expect(try await engine.service.hold(second.id, of: Engine.alice.id).claims.count == 1)
    }

    @Test(arguments: ["", String(repeating: "x", count: 201), "tok\0visa"])
    func `a payment token that cannot be one is refused`(token: String) async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        #expect(
            await refusal { () async throws(BookingError) in
                try await engine.service.book(hold.id, for: Engine.alice, paymentToken: token)
            } == .invalidPayment)
    }

    @Test func `bookings that a crashed node accepted are brought to their end by the next`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1")
        let booking = try await first.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")

        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        try await second.service.recover()
        #expect(try await second.counts("STALLS") == [9, 1, 0])
        let ended = try await second.working { try await second.end(of: booking) }

        #expect(ended.status == .confirmed)
        #expect(try await second.counts("STALLS") == [9, 0, 1])
    }

    @Test func `what a customer has counts in her limit after a crash too`() async throws {
        let first = try await Engine()
        let sold = try await first.hold("STALLS-1-1", "STALLS-1-2", "STALLS-1-3", floor: 2)
        let booking = try await first.service.book(sold.id, for: Engine.alice, paymentToken: "tok_visa")
        #expect(try await first.working { try await first.end(of: booking) }.status == .confirmed)
        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        let queued = try await second.hold("STALLS-1-4", "STALLS-1-5")
        _ = try await second.service.book(queued.id, for: Engine.alice, paymentToken: "tok_visa")
        _ = try await second.hold("STALLS-2-1")

        let third = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        do {
            _ = try await third.hold("STALLS-2-2", "STALLS-2-3", "STALLS-2-4")
            Issue.record("a customer got more than ten places")
        } catch {
            #expect(error.code == .customerLimit)
            #expect([error.limit, error.taken] == [10, 8])
        }
        _ = try await third.hold("STALLS-2-2", "STALLS-2-3", "STALLS-2-4", by: Engine.bob)
        _ = try await third.hold("STALLS-2-5", floor: 1)
    }

    @Test func `a payment that is cut off leaves its booking to the next node`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1")
        let booking = try await first.service.book(hold.id, for: Engine.alice, paymentToken: "tok_error")
        let working = Task { try await first.pool.run() }
        await first.clock.untilSomebodySleeps(within: .milliseconds(200))
        working.cancel()
        try await working.value
        #expect(await first.ledger.booking(booking.id)?.status == .queued)
    }

    @Test func `a node that has lost its shards writes nothing and loses no booking`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1")
        let booking = try await first.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)

        // Before there is a worker, who may be done with it at once.
        let updates = try await first.service.updates(of: booking.id)
        let seen = try await first.working { await updates.reduce(booking) { $1 } }
        #expect(seen.status == .processing)
        #expect(await first.ledger.booking(booking.id)?.status == .queued)

        try await second.service.recover()
        #expect(try await second.working { try await second.end(of: booking) }.status == .confirmed)
    }

    @Test func `a shutdown leaves a booking queued whose payment has no answer yet`() async throws {
        let first = try await Engine()
        let hold = try await first.hold("STALLS-1-1")
        let booking = try await first.service.book(hold.id, for: Engine.alice, paymentToken: "tok_timeout")
        let seen = try await first.working(whileStopping: { first.clock.advance(by: .seconds(5)) }) {
            let updates = try await first.service.updates(of: booking.id)
            await first.clock.untilSomebodySleeps(within: .seconds(5))
            return updates
        }
        var last: Booking?
        for await update in seen { last = update }
        #expect(last?.status != .failed)
        #expect(await first.ledger.booking(booking.id)?.status == .queued)

        let second = try await Engine(clock: first.clock, ledger: first.ledger, holdStore: first.holdStore)
        try await second.service.recover()
        #expect(try await second.counts("STALLS") == [9, 1, 0])
    }
}

import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
    @Test func `a cancelled booking's places are on sale again and its money goes back`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let booking = try await engine.buy("STALLS-1-1", floor: 2)
            let cancelled = try await engine.service.cancel(booking.id, of: Engine.alice.id)
            #expect(cancelled.status == .cancelled)
            #expect(cancelled.refund == BookingRefund(amountMinor: 17_500, isDone: false))
            #expect(try await engine.counts("STALLS") == [10, 0, 0])
            #expect(try await engine.counts("FLOOR") == [4, 0, 0])

            let refunded = try await engine.passTime(until: booking.id) { $0.refund?.isDone == true }
            #expect(refunded.status == .cancelled)
            #expect(engine.gateway.refunded.values.map(\.amountMinor) == [17_500])
            #expect(try await engine.hold("STALLS-1-1", floor: 4, by: Engine.bob).claims.count == 2)
        }
    }

    @Test func `a second cancellation changes nothing, and a third`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let booking = try await engine.buy("STALLS-1-1", floor: 2)
            let other = try await engine.buy("STALLS-1-2", floor: 1)
            let outcomes = await withTaskGroup(of: BookingError.Code?.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        await refusal { () async throws(BookingError) in
                            try await engine.service.cancel(booking.id, of: Engine.alice.id)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.contains(nil))
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .bookingChanging })
            _ = try await engine.passTime(until: booking.id) { $0.refund?.isDone == true }
            let repeated = try await engine.service.cancel(booking.id, of: Engine.alice.id)
            #expect(repeated.status == .cancelled)
            #expect(try await engine.counts("FLOOR") == [3, 0, 1])
            #expect(await engine.ledger.booking(other.id)?.status == .confirmed)
            #expect(engine.gateway.refunded.count == 1)
        }
    }

    @Test func `the organizer keeps a fee, and after the last moment there is no cancellation`() async throws {
        let until = ManualClock().timestamp + .seconds(60)
        let offering = Engine.offering(cancellation: CancellationPolicy(until: until, feePercent: 33))
        let engine = try await Engine(offering: offering)
        try await engine.working {
            let first = try await engine.buy("STALLS-1-1")
            let second = try await engine.buy("STALLS-1-2")
            let cancelled = try await engine.service.cancel(first.id, of: Engine.alice.id)
            #expect(cancelled.refund?.amountMinor == 5_695)
            engine.clock.advance(by: .seconds(60))
            let refusal = await refusal { () async throws(BookingError) in
                try await engine.service.cancel(second.id, of: Engine.alice.id)
            }
            #expect(refusal == .cancellationClosed)
            #expect(try await engine.counts("STALLS") == [9, 0, 1])
        }
    }

    @Test func `only a confirmed booking is cancelled, and only by its customer`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let waiting = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_chargeDeclined")
        func cancel(_ id: BookingID, _ customer: Customer) async -> BookingError.Code? {
            await refusal { () async throws(BookingError) in try await engine.service.cancel(id, of: customer.id) }
        }
        #expect(await cancel(waiting.id, Engine.alice) == .bookingChanging)
        try await engine.working {
            _ = try await engine.end(of: waiting)
            #expect(await cancel(waiting.id, Engine.alice) == .notCancellable)
            let booking = try await engine.buy("STALLS-1-2")
            #expect(await cancel(booking.id, Engine.bob) == .bookingNotFound)
            let unknown = BookingID(offering: Engine.offering.id, own: UniqueID(high: 4, low: 4))
            #expect(await cancel(unknown, Engine.alice) == .bookingNotFound)
            #expect(await engine.ledger.booking(booking.id)?.status == .confirmed)
        }
    }

    @Test func `a cancellation that could not be written is carried out when the ledger is back`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let booking = try await engine.buy("STALLS-1-1")
            await engine.ledger.setOutage(LedgerError(.unavailable, "away"))
            let refusal = await refusal { () async throws(BookingError) in
                try await engine.service.cancel(booking.id, of: Engine.alice.id)
            }
            #expect(refusal == .ledgerUnavailable)
            #expect(try await engine.counts("STALLS") == [9, 0, 1])
            await engine.ledger.setOutage(nil)
            let cancelled = try await engine.passTime(until: booking.id) { $0.status == .cancelled }
            #expect(cancelled.refund != nil)
            _ = try await engine.passTime(until: booking.id) { $0.refund?.isDone == true }
            #expect(try await engine.counts("STALLS") == [10, 0, 0])
        }
    }

    @Test func `a refund that the gateway cannot make now is made later, once, also by the next node`() async throws {
        let first = try await Engine()
        let booking = try await first.working { try await first.buy("STALLS-1-1") }
        // Nobody settles here any more: the refund is left to the next node.
        _ = try await first.service.cancel(booking.id, of: Engine.alice.id)
        let second = try await Engine(
            clock: first.clock, ledger: first.ledger, holdStore: first.holdStore, gateway: first.gateway)
        try await second.working {
            _ = try await second.passTime(until: booking.id) { $0.refund?.isDone == true }
        }
        #expect(first.gateway.refunded.values.map(\.amountMinor) == [8_500])
        #expect(try await second.counts("STALLS") == [10, 0, 0])
    }
}

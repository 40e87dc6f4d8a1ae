import Booking
import Inventory
import Simulation
import Testing

/// Payments whose every try goes unanswered, and which turn out to have been made.
@Suite(.timeLimit(.minutes(1))) struct LatePaymentTests {
    /// Books with a card whose charge is made five minutes after a try that nobody answers.
    private func failWithOpenPayment(_ engine: Engine) async throws -> Booking {
        let hold = try await engine.hold("STALLS-1-1", floor: 1)
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_late_300000")
        let failed = try await engine.passTime(by: .milliseconds(100), until: booking.id) { $0.status == .failed }
        #expect(failed.failure?.code == "payment_unavailable")
        #expect(failed.isPaymentOpen)
        return failed
    }

    @Test func `one that comes while the hold is still there buys it`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let failed = try await failWithOpenPayment(engine)
            #expect(try await engine.counts("STALLS") == [9, 1, 0])
            let settled = try await engine.passTime(until: failed.id) { !$0.isPaymentOpen }
            #expect(settled.status == .confirmed)
            #expect(settled.failure == nil)
            try await engine.expectSoon("STALLS", [9, 0, 1])
            try await engine.expectSoon("FLOOR", [3, 0, 1])
        }
        #expect(engine.gateway.refunded.isEmpty)
    }

    @Test func `one that comes after the hold is gone takes the places if they are free`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let failed = try await failWithOpenPayment(engine)
            try await engine.service.release(failed.hold, of: Engine.alice.id)
            let settled = try await engine.passTime(until: failed.id) { !$0.isPaymentOpen }
            #expect(settled.status == .confirmed)
            try await engine.expectSoon("STALLS", [9, 0, 1])
        }
    }

    @Test func `one whose places are gone is given back`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let failed = try await failWithOpenPayment(engine)
            try await engine.service.release(failed.hold, of: Engine.alice.id)
            _ = try await engine.hold("STALLS-1-1", by: Engine.bob)
            let settled = try await engine.passTime(until: failed.id) { $0.refund?.isDone == true }
            #expect(settled.status == .failed)
            #expect(settled.refund?.amountMinor == settled.totalMinor)
            try await engine.expectSoon("STALLS", [9, 1, 0])
            try await engine.expectSoon("FLOOR", [4, 0, 0])
        }
        #expect(engine.gateway.refunded.values.map(\.amountMinor) == [13_000])
    }

    @Test func `one whose hold was bought with another card is given back`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let failed = try await failWithOpenPayment(engine)
            let second = try await engine.service.book(failed.hold, for: Engine.alice, paymentToken: "tok_visa")
            #expect(try await engine.end(of: second).status == .confirmed)
            let settled = try await engine.passTime(until: failed.id) { $0.refund?.isDone == true }
            #expect(settled.status == .failed)
            try await engine.expectSoon("STALLS", [9, 0, 1])
        }
    }
}

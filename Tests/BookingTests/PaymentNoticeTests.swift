import Booking
import Inventory
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct PaymentNoticeTests {
    private func notice(_ booking: Booking, amountMinor: Int64? = nil) -> PaymentNotice {
        let amountMinor = amountMinor ?? booking.totalMinor
        return PaymentNotice(
            booking: booking.id,
            state: .succeeded(paymentID: "ch_\(booking.id.own)-1", amountMinor: amountMinor, currency: "EUR"))
    }

    /// Books with a card that is never charged and never refused.
    private func failWithOpenPayment(_ engine: Engine) async throws -> Booking {
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_late_4000000000")
        return try await engine.passTime(by: .milliseconds(100), until: booking.id) { $0.status == .failed }
    }

    @Test func `a payment whose answer never came is settled by the gateway's notice, however often it comes`()
        async throws
    {
        let engine = try await Engine()
        try await engine.working {
            let failed = try await failWithOpenPayment(engine)
            for _ in 0..<3 { try await engine.service.settle(notice(failed)) }
            let settled = await engine.ledger.booking(failed.id)
            #expect(settled?.status == .confirmed)
            #expect(settled?.version == failed.version + 1)
            #expect(try await engine.counts("STALLS") == [9, 0, 1])
        }
    }

    @Test func `a refused payment is closed by the notice, and a late success after it still counts`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let failed = try await failWithOpenPayment(engine)
            try await engine.service.settle(PaymentNotice(booking: failed.id, state: .failed))
            #expect(await engine.ledger.booking(failed.id)?.isPaymentOpen == false)
            try await engine.service.settle(notice(failed))
            #expect(await engine.ledger.booking(failed.id)?.status == .confirmed)
        }
    }

    @Test func `a notice that overtakes the gateway's answer confirms the booking at once`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_late_4000000000")
        try await engine.service.settle(notice(booking))
        try await engine.working {
            let ended = try await engine.passTime(by: .milliseconds(100), until: booking.id) { $0.status != .queued }
            #expect(ended.status == .confirmed)
        }
    }

    @Test func `a notice of no booking, of a confirmed one, or with a wrong amount changes nothing`() async throws {
        let engine = try await Engine()
        try await engine.working {
            let bought = try await engine.buy("STALLS-1-2")
            try await engine.service.settle(notice(bought))
            #expect(await engine.ledger.booking(bought.id) == bought)
            let failed = try await failWithOpenPayment(engine)
            try await engine.service.settle(notice(failed, amountMinor: 1))
            #expect(await engine.ledger.booking(failed.id) == failed)
            let unknown = BookingID(offering: Engine.offering.id, own: UniqueID(high: 4, low: 4))
            try await engine.service.settle(PaymentNotice(booking: unknown, state: .failed))
        }
    }
}

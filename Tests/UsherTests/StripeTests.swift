import LocalStack
import Testing

/// A server that takes the money by Stripe.
@Suite(.timeLimit(.minutes(2)))
struct StripeTests {
    private static let webhookSecret = "whsec_test"

    /// Runs `body` with a server, a customer, an event and Stripe.
    private func withServer(_ body: (TestUser, EventAnswer, StripeServer) async throws -> Void) async throws {
        try await StripeServer.run { stripe in
            let changes = [
                "USHER_PAYMENT_GATEWAY": "stripe", "USHER_PAYMENT_STRIPE_URL": stripe.url,
                "USHER_PAYMENT_STRIPE_KEY": StripeServer.key,
                "USHER_PAYMENT_STRIPE_WEBHOOK_SECRET": Self.webhookSecret, "USHER_PAYMENT_TRIES": "1",
            ]
            try await ServerSettings.with(changes.merging([String: String].withoutKafka) { $1 }) { settings in
                let server = try await ServerProcess(settings)
                try await stripe.sendWebhooks(
                    secret: Self.webhookSecret, to: "\(server.url)/api/payments/webhook")
                let event = try await TestUser.organizer(at: server).createEvent()
                try await body(try await TestUser.registered(at: server), event, stripe)
                #expect(await server.stop() == .exited(0), "\(server.log)")
                #expect(!server.log.contains(StripeServer.key))
            }
        }
    }

    @Test func `a card buys a place, and one that is declined does not`() async throws {
        try await withServer { customer, event, stripe in
            let hold = try await customer.hold("STALLS-1-1", of: event)
            let declined = try await customer.book(hold, paymentToken: "pm_card_chargeCustomerFail")
            let failed = try await customer.end(ofBooking: declined.bookingId)
            #expect(failed.failure?.code == "payment_declined")

            let booking = try await customer.book(hold, paymentToken: "pm_card_visa")
            #expect(try await customer.end(ofBooking: booking.bookingId).status == "confirmed")
            let entry = StripeServer.Entry(booking: booking.bookingId, amount: 8_500, currency: "eur")
            #expect(try await stripe.charges == [entry])
        }
    }

    @Test func `a payment of which only a webhook tells is kept`() async throws {
        try await withServer { customer, event, stripe in
            let silence = StripeServer.Fault(path: "/pi_\\w+", when: .before, status: 500)
            try await stripe.inject([.init(path: "/confirm", when: .after)] + Array(repeating: silence, count: 100))
            let booking = try await customer.book(
                try await customer.hold("STALLS-1-1", of: event), paymentToken: "pm_card_visa")
            _ = try await customer.end(ofBooking: booking.bookingId)
            #expect(try await stripe.nextReceipt() == #"webhook "payment_intent.succeeded" successfully delivered"#)
            #expect(try await customer.end(ofBooking: booking.bookingId).status == "confirmed")
            #expect(try await stripe.charges.count == 1)
        }
    }
}

import Booking
import Inventory
import LocalStack
import Simulation
import Testing

@testable import BookingStores

@Suite(.serialized, .timeLimit(.minutes(1)))
struct StripeWebhookTests {
    // Made with: printf '%s' '1800000000.{"type":"ping"}' | openssl dgst -sha256 -hmac whsec_test
    private static let signature = "27c2ce769a736efa4963b102da5a3c85362844403bb5e0a610ac832004dd01b2"
    private static let body = Array(#"{"type":"ping"}"#.utf8)
    private static let zeros = String(repeating: "0", count: 64)

    private func isValid(
        _ signature: String, body: [UInt8] = body, at seconds: Int64 = 1_800_000_000, secret: String = "whsec_test"
    ) -> Bool {
        StripeWebhook.verify(
            body: body, signature: signature, now: Timestamp(millisecondsSince1970: seconds * 1_000), secret: secret)
    }

    @Test(arguments: [
        "t=1800000000,v1=\(signature)",
        "v1=\(signature),t=1800000000",
        "t=1800000000, v1=\(signature.uppercased())",
        // While a secret is changed there are two signatures; older schemes are beside them.
        "t=1800000000,v1=\(zeros),v1=\(signature),v0=\(zeros)",
    ])
    func `a signature by the secret is valid`(_ signature: String) {
        #expect(isValid(signature))
    }

    @Test(arguments: [
        "", "t=1800000000", "v1=\(signature)", "t=1800000000,v1=", "t=1800000000,v1=\(zeros)",
        "t=1800000000,v0=\(signature)", "t=1800000001,v1=\(signature)", "t=x,v1=\(signature)",
        "t=9223372036854775807,v1=\(signature)", "t=-9223372036854775808,v1=\(signature)",
        "t=1800000000,v1=\(signature.dropLast())", "t=1800000000,v1=\(signature.dropLast(2))",
        "t=1800000000,v1=\(signature)00", "t=1800000000,v1=g\(signature.dropFirst())", "===,,,=",
    ])
    func `anything else is not`(_ signature: String) {
        #expect(!isValid(signature))
    }

    @Test func `the body, the secret and the time are signed`() {
        let signature = "t=1800000000,v1=\(Self.signature)"
        #expect(!isValid(signature, body: Self.body + [32]))
        #expect(!isValid(signature, secret: "whsec_other"))
        #expect(isValid(signature, at: 1_800_000_300))
        #expect(isValid(signature, at: 1_799_999_700))
        #expect(!isValid(signature, at: 1_800_000_301))
        #expect(!isValid(signature, at: 1_799_999_699))
    }

    @Test func `a payment's events become notices`() async throws {
        try await StripeServer.run { server in
            try await server.sendWebhooks(secret: "whsec_test")
            try await server.withGateway(clock: clock) { gateway in
                let reader = StripeWebhook(secret: "whsec_test", clock: clock)
                let charge = Charge.new("pm_card_visa")
                let id = try await gateway.charge(charge)
                #expect(
                    try reader.notice(await server.nextDelivery())
                        == PaymentNotice(
                            booking: charge.booking,
                            state: .succeeded(paymentID: id, amountMinor: 17_000, currency: "EUR")))

                let declined = Charge.new("pm_card_chargeCustomerFail")
                #expect(await gateway.refusal(of: declined) == .declined)
                let delivery = try await server.nextDelivery()
                #expect(try reader.notice(delivery) == PaymentNotice(booking: declined.booking, state: .failed))
                #expect(throws: PaymentNoticeError.self) {
                    try StripeWebhook(secret: "whsec_other", clock: clock).notice(delivery)
                }
            }
        }
    }
}

extension StripeWebhook {
    fileprivate func notice(_ delivery: StripeServer.Delivery) throws(PaymentNoticeError) -> PaymentNotice? {
        try notice(body: Array(delivery.body.utf8)) { $0 == "Stripe-Signature" ? delivery.signature : nil }
    }
}

import Booking
import BookingStores
import Inventory
import LocalStack
import Simulation
import Testing

/// Money goes back once, however Stripe takes its time, fails or forgets.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct StripeRefundTests {
    @Test func `a part is given back once, also when Stripe has forgotten the key`() async throws {
        try await withRefund { server, gateway, refund in
            try await gateway.refund(refund)
            try await server.forgetKeys()
            try await gateway.refund(refund)
            #expect(try await server.refunds == [entry(refund)])
            #expect(try await server.made == 1)
        }
    }

    @Test func `what was given back by hand for another reason is not the booking's refund`() async throws {
        try await withRefund { server, gateway, refund in
            try await server.giveBack(500, of: refund.paymentID)
            try await gateway.refund(refund)
            #expect(try await Set(server.refunds.map(\.amount)) == [500, refund.amountMinor])
        }
    }

    @Test(arguments: ["pending", "requires_action"])
    func `a refund is not done before it has succeeded, and is not made again`(_ status: String) async throws {
        try await withRefund { server, gateway, refund in
            try await server.inject(.init(path: "POST /v1/refunds", when: .within, objectStatus: status))
            for _ in 0..<2 { #expect(await gateway.refusal(of: refund) == .pending) }
            try await server.setRefunds(status: "succeeded")
            try await gateway.refund(refund)
            #expect(try await server.refunds == [entry(refund)])
            #expect(try await server.made == 1)
        }
    }

    @Test(arguments: ["failed", "canceled"])
    func `after a refund that failed there is another`(_ status: String) async throws {
        try await withRefund { server, gateway, refund in
            let fault = StripeServer.Fault(path: "POST /v1/refunds", when: .within, objectStatus: status)
            for _ in 0..<2 {
                try await server.inject(fault)
                #expect(await gateway.refusal(of: refund) == .declined)
            }
            for _ in 0..<2 { try await gateway.refund(refund) }
            #expect(try await server.refunds == [entry(refund)])
            #expect(try await server.made == 3)
        }
    }

    @Test func `after ten that failed it is somebody's to do by hand`() async throws {
        try await withRefund { server, gateway, refund in
            for _ in 0..<10 {
                try await server.inject(.init(path: "POST /v1/refunds", when: .within, objectStatus: "failed"))
                #expect(await gateway.refusal(of: refund) == .declined)
            }
            let error = await #expect(throws: PaymentError.self) { try await gateway.refund(refund) }
            #expect(error?.message.contains("by hand") == true)
            #expect(try await server.made == 10)
        }
    }

    @Test(
        arguments: [
            .init(path: "GET /v1/refunds", when: .before), .init(path: "GET /v1/refunds", when: .before, status: 400),
            .init(path: "GET /v1/refunds", when: .before, status: 401, errorType: "invalid_request_error"),
            .init(path: "GET /v1/refunds", when: .before, status: 429),
            .init(path: "GET /v1/refunds", when: .before, status: 500),
        ] as [StripeServer.Fault])
    func `nothing is given back while it is not known what was`(_ fault: StripeServer.Fault) async throws {
        try await withRefund { server, gateway, refund in
            try await server.inject(fault)
            #expect(await gateway.refusal(of: refund) == .unavailable)
            #expect(try await server.made == 0)
        }
    }

    /// Runs `body` with a charge of which a part is to be given back.
    private func withRefund(
        _ body: (_ server: StripeServer, _ gateway: StripeGateway, _ refund: Refund) async throws -> Void
    ) async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_visa")
                let refund = Refund(
                    booking: charge.booking, paymentID: try await gateway.charge(charge),
                    amountMinor: charge.amountMinor * 2 / 5, currency: charge.currency)
                try await body(server, gateway, refund)
            }
        }
    }

    private func entry(_ refund: Refund) -> StripeServer.Entry {
        .init(booking: "\(refund.booking)", amount: refund.amountMinor, currency: refund.currency.lowercased())
    }
}

extension StripeServer {
    /// How many times a refund was asked for.
    fileprivate var made: Int {
        get async throws { try await requests.filter { $0 == "POST /v1/refunds" }.count }
    }
}

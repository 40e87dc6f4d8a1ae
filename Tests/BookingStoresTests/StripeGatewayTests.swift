import Booking
import BookingStores
import Inventory
import LocalStack
import Simulation
import Synchronization
import Testing

/// What Stripe's failures mean for the money.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct StripeGatewayTests {
    /// A failure of one request of a charge, what the try says, and what a look-up finds then.
    struct Failure: CustomTestStringConvertible, Sendable {
        let fault: StripeServer.Fault
        let code: PaymentError.Code
        let isCharged: Bool

        var testDescription: String { fault.description }

        init(
            _ path: String, _ when: StripeServer.Fault.When, status: Int? = nil, type: String? = nil,
            isSilent: Bool = false, _ code: PaymentError.Code, isCharged: Bool = false
        ) {
            fault = StripeServer.Fault(path: path, when: when, status: status, errorType: type, isSilent: isSilent)
            self.code = code
            self.isCharged = isCharged
        }
    }

    @Test(arguments: [
        // Making an intent moves no money.
        Failure("/payment_intents", .before, .unavailable),
        Failure("/payment_intents", .after, .unavailable),
        Failure("/payment_intents", .before, isSilent: true, .unavailable),
        Failure("/payment_intents", .before, status: 500, .unavailable),
        Failure("/payment_intents", .before, status: 400, .unavailable),
        Failure("/payment_intents", .before, status: 401, type: "invalid_request_error", .unavailable),
        Failure("/payment_intents", .before, status: 403, type: "invalid_request_error", .unavailable),
        Failure("/payment_intents", .before, status: 429, .unavailable),
        Failure("/payment_intents", .before, status: 307, .unavailable),
        // Who has had its key may have gone on.
        Failure("/payment_intents", .before, status: 400, type: "idempotency_error", .unanswered),
        Failure("/payment_intents", .before, status: 409, .unanswered),
        // Confirming it does.
        Failure("/confirm", .before, .unanswered),
        Failure("/confirm", .after, .unanswered, isCharged: true),
        Failure("/confirm", .after, isSilent: true, .unanswered, isCharged: true),
        Failure("/confirm", .within, status: 500, .unanswered, isCharged: true),
        Failure("/confirm", .before, status: 503, .unanswered),
        Failure("/confirm", .before, status: 401, type: "invalid_request_error", .unavailable),
        Failure("/confirm", .before, status: 403, type: "invalid_request_error", .unavailable),
        Failure("/confirm", .before, status: 404, type: "invalid_request_error", .unavailable),
        Failure("/confirm", .before, status: 409, .unanswered),
        Failure("/confirm", .before, status: 422, .unanswered),
        Failure("/confirm", .before, status: 429, .unavailable),
    ])
    func `a failure says whether money may have moved, and a look-up whether it has`(_ failure: Failure) async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock, timeout: .seconds(1)) { gateway in
                let charge = Charge.new("pm_card_visa")
                try await server.inject(failure.fault)
                #expect(await gateway.refusal(of: charge) == failure.code)
                let state = try await gateway.lookUp(charge)
                #expect(try await server.charges.count == (failure.isCharged ? 1 : 0))
                if case .succeeded = state { #expect(failure.isCharged) } else { #expect(state == .unknown) }
                // Another try never charges a second time. A server error stays the answer to its key.
                let isKept = failure.fault.when == .within
                #expect(await gateway.refusal(of: charge) == (isKept ? failure.code : nil))
                #expect(try await server.charges.count == 1)
            }
        }
    }

    @Test(
        arguments: [
            .init(path: "/payment_intents", when: .before, status: 400, errorType: "idempotency_error"),
            .init(path: "/payment_intents", when: .before, status: 401, errorType: "invalid_request_error"),
            .init(path: "/payment_intents", when: .before, status: 403, errorType: "invalid_request_error"),
            .init(path: "/payment_intents", when: .before, status: 404),
            .init(path: "/payment_intents", when: .before, status: 409),
            .init(path: "/payment_intents", when: .before, status: 429),
            .init(path: "/payment_intents", when: .before),
            .init(path: "/pi_\\w+", when: .before, status: 400, errorType: "invalid_request_error"),
            .init(path: "/pi_\\w+", when: .before, status: 402, errorType: "card_error"),
            .init(path: "/pi_\\w+", when: .before, status: 404, errorType: "invalid_request_error"),
            .init(path: "/pi_\\w+", when: .before, status: 500),
        ] as [StripeServer.Fault])
    func `a look-up that is refused finds nothing out`(_ fault: StripeServer.Fault) async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_visa")
                let id = try await gateway.charge(charge)
                try await server.inject(fault)
                #expect(await gateway.refusal(toLookUp: charge) == .unavailable)
                #expect(try await gateway.state(of: charge) == .succeeded(paymentID: id))
            }
        }
    }

    @Test func `a search that is refused finds nothing out`() async throws {
        try await StripeServer.run { server in
            let later = ManualClock(start: clock.timestamp + .seconds(24 * 3_600))
            try await server.withGateway(clock: later) { gateway in
                let charge = Charge.new("pm_card_visa")
                let fault = StripeServer.Fault(
                    path: "/search", when: .before, status: 400, errorType: "invalid_request_error")
                try await server.inject(fault, fault)
                #expect(await gateway.refusal(toLookUp: charge) == .unavailable)
                #expect(await gateway.refusal(of: charge) == .unanswered)
                #expect(try await server.charges == [])
            }
        }
    }

    @Test func `a payment that was confirmed before and cannot be read may have been made`() async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_visa")
                let id = try await gateway.charge(charge)
                try await server.inject(
                    .init(path: "/confirm", when: .before, status: 400, errorType: "invalid_request_error"),
                    .init(path: "/pi_\\w+", when: .before, status: 429))
                #expect(await gateway.refusal(of: charge) == .unanswered)
                #expect(try await gateway.charge(charge) == id)
            }
        }
    }

    @Test func `a server that is not there has charged nothing`() async throws {
        let server = StripeServer(url: "http://127.0.0.1:1")
        try await server.withGateway(clock: clock) { gateway in
            #expect(await gateway.refusal(of: Charge.new("pm_card_visa")) == .unavailable)
            #expect(await gateway.refusal(toLookUp: .new("pm_card_visa")) == .unavailable)
        }
    }

    @Test func `a wrong key is a failure of ours, not of the card`() async throws {
        try await StripeServer.run { server in
            let gateway = StripeGateway(
                configuration: StripeConfiguration(url: server.url + "/", secretKey: "wrong"), clock: clock,
                logger: silentLogger)
            try await running(gateway) {
                #expect(await gateway.refusal(of: Charge.new("pm_card_visa")) == .unavailable)
            }
        }
    }

    @Test func `a card whose bank wants to hear from its owner is declined`() async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new(try await server.paymentMethod(card: "4000002500003155"))
                let error = await #expect(throws: PaymentError.self) { try await gateway.charge(charge) }
                #expect(error?.code == .declined)
                #expect(error?.message.hasPrefix("Authentication required") == true)
                #expect(try await gateway.state(of: charge) == .declined)
                #expect(try await server.charges == [])
            }
        }
    }

    @Test func `a declined card's message is the customer's to read`() async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_chargeCustomerFail")
                await #expect(throws: PaymentError(.declined, "Your card was declined.")) {
                    try await gateway.charge(charge)
                }
                let state = try await gateway.lookUp(charge)
                #expect(state == .declined)
            }
        }
    }

    @Test func `a payment that takes its time is pending`() async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_visa")
                try await server.inject(
                    .init(path: "/confirm", when: .within, objectStatus: "processing"),
                    .init(path: "/pi_\\w+", when: .within, objectStatus: "processing"))
                #expect(await gateway.refusal(of: charge) == .unanswered)
                let state = try await gateway.lookUp(charge)
                #expect(state == .pending)
            }
        }
    }

    @Test func `a charge whose key Stripe may have forgotten is searched for`() async throws {
        try await StripeServer.run { server in
            let charge = Charge.new("pm_card_visa")
            let later = ManualClock(start: clock.timestamp + .seconds(24 * 3_600))
            let id = Mutex("")
            try await server.withGateway(clock: clock) { gateway in
                let made = try await gateway.charge(charge)
                id.withLock { $0 = made }
            }
            try await server.withGateway(clock: later) { gateway in
                #expect(try await gateway.state(of: charge) == .succeeded(paymentID: id.withLock { $0 }))
                #expect(try await gateway.state(of: .new("pm_card_visa")) == .unknown)
                let found = try await gateway.charge(charge)
                #expect(found == id.withLock { $0 })
            }
            #expect(try await server.charges.count == 1)
            #expect(try await server.requests.filter { $0 == "POST /v1/payment_intents" }.count == 1)
        }
    }

    @Test(arguments: [("JPY", 5_000), ("KWD", 12_345), ("EUR", 17_000)] as [(String, Int64)])
    func `amounts are minor units in every currency`(_ currency: String, _ amount: Int64) async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_visa", amountMinor: amount, currency: currency)
                try await gateway.refund(Refund(of: charge, paymentID: try await gateway.charge(charge)))
                let entry = StripeServer.Entry(
                    booking: "\(charge.booking)", amount: amount, currency: currency.lowercased())
                #expect(try await server.charges == [entry])
                #expect(try await server.refunds == [entry])
            }
        }
    }

    @Test func `what costs nothing is not sent`() async throws {
        try await StripeServer.run { server in
            try await server.withGateway(clock: clock) { gateway in
                let charge = Charge.new("pm_card_visa", amountMinor: 0)
                let id = try await gateway.charge(charge)
                #expect(try await gateway.state(of: charge) == .succeeded(paymentID: id))
                try await gateway.refund(Refund(of: charge, paymentID: id))
            }
            let requests = try await server.requests
            #expect(requests == [])
        }
    }
}

import Booking
import BookingStores
import Inventory
import Simulation
import Testing

/// What every gateway promises, and what the tokens of the simulated ones do.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PaymentGatewayContractTests {
    @Test(arguments: GatewayKind.allCases)
    func `a charge is made once, however often it is asked for`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, books in
            let (charge, other) = (Charge.new(kind.goodToken), Charge.new(kind.goodToken))
            let ids = await withTaskGroup { group in
                for _ in 0..<20 { group.addTask { try? await gateway.charge(charge) } }
                return await group.reduce(into: Set<String>()) { ids, id in if let id { ids.insert(id) } }
            }
            #expect(ids.count == 1)
            let otherID = try await gateway.charge(other)
            #expect(!ids.contains(otherID))
            #expect(try await Set(books.charged()) == [.init(charge), .init(other)])
            #expect(try await books.charged().count == 2)
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `a refused charge takes no money, however often it is tried`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, books in
            for token in kind.refusedTokens {
                let charge = Charge.new(token)
                for _ in 0..<2 { #expect(await gateway.refusal(of: charge) == .declined) }
                let state = try await gateway.lookUp(charge)
                #expect([.declined, .unknown].contains(state))
            }
            let charged = try await books.charged()
            #expect(charged == [])
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `what became of a charge can be looked up, and looking charges nothing`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, books in
            let charge = Charge.new(kind.goodToken)
            #expect(try await gateway.state(of: charge) == .unknown)
            #expect(try await books.charged() == [])
            let id = try await gateway.charge(charge)
            #expect(try await gateway.state(of: charge) == .succeeded(paymentID: id))
            #expect(try await books.charged() == [.init(charge)])
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `a charge is given back once, however often it is asked for`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, books in
            let charge = Charge.new(kind.goodToken)
            let refund = Refund(of: charge, paymentID: try await gateway.charge(charge))
            for _ in 0..<3 { try await gateway.refund(refund) }
            #expect(try await books.refunded() == [.init(charge)])
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `what was not charged is not given back`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, books in
            let refund = Refund(of: Charge.new(kind.goodToken), paymentID: "pi_unheard_of")
            #expect(await gateway.refusal(of: refund) == .declined)
            let refunded = try await books.refunded()
            #expect(refunded == [])
        }
    }
}

/// The tokens of the simulated gateways.
extension PaymentGatewayContractTests {
    @Test(arguments: GatewayKind.simulations)
    func `a gateway that fails takes no money`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, books in
            #expect(await gateway.refusal(of: Charge.new("tok_error")) == .unavailable)
            let charged = try await books.charged()
            #expect(charged == [])
        }
    }

    @Test(arguments: GatewayKind.simulations)
    func `the first try may charge and never answer; the next one finds the charge`(_ kind: GatewayKind) async throws {
        let clock = ManualClock()
        try await kind.withGateway(clock: clock) { gateway, books in
            let charge = Charge.new("tok_timeout")
            let first = Task { try await gateway.charge(charge) }
            let givingUp = Task {
                await clock.untilSomebodySleeps(within: .nanoseconds(Int64.max))
                first.cancel()
            }
            _ = await first.result
            #expect(try await books.charged() == [.init(charge)])
            _ = try await gateway.charge(charge)
            #expect(try await books.charged() == [.init(charge)])
            await givingUp.value
        }
    }

    @Test(arguments: GatewayKind.simulations)
    func `a slow charge succeeds late`(_ kind: GatewayKind) async throws {
        let clock = ManualClock()
        try await kind.withGateway(clock: clock) { gateway, books in
            let charge = Charge.new("tok_slow_2500")
            let outcome = Task { try await gateway.charge(charge) }
            let waiting = Task {
                await clock.untilSomebodySleeps(within: .milliseconds(2_500))
                defer { clock.advance(by: .milliseconds(2_500)) }
                return try await books.charged()
            }
            _ = try await outcome.value
            #expect(try await waiting.value == [])
            #expect(try await books.charged() == [.init(charge)])
        }
    }

    @Test(arguments: GatewayKind.simulations)
    func `a late charge answers no try and is found later`(_ kind: GatewayKind) async throws {
        let clock = ManualClock()
        try await kind.withGateway(clock: clock) { gateway, books in
            let charge = Charge.new("tok_late_30000")
            for _ in 0..<3 { #expect(await gateway.refusal(of: charge) == .unanswered) }
            clock.advance(by: .milliseconds(29_999))
            let state = try await gateway.lookUp(charge)
            #expect(state == .pending)
            let early = Refund(of: charge, paymentID: "ch_\(charge.idempotencyKey)")
            #expect(await gateway.refusal(of: early) == .declined)
            clock.advance(by: .milliseconds(1))
            #expect(try await gateway.state(of: charge) == .succeeded(paymentID: "ch_\(charge.idempotencyKey)"))
            #expect(try await books.charged() == [.init(charge)])
        }
    }

    @Test func `without its database the simulated gateway is unavailable`() async throws {
        let store = try PostgresStore(
            url: "postgresql://usher@127.0.0.1:1/usher", connectTimeout: .milliseconds(100))
        try await running(store.client) {
            let gateway = SimulatedGateway(client: store.client, clock: clock)
            #expect(await gateway.refusal(of: Charge.new("tok_visa")) == .unavailable)
        }
    }
}

extension Charge {
    /// A charge for a new booking.
    static func new(_ token: String, amountMinor: Int64 = 17_000, currency: String = "EUR") -> Charge {
        Charge(
            booking: BookingID(offering: newID(), own: newID()), amountMinor: amountMinor, currency: currency,
            token: token)
    }
}

extension Refund {
    /// The whole charge given back.
    init(of charge: Charge, paymentID: String) {
        self.init(
            booking: charge.booking, paymentID: paymentID, amountMinor: charge.amountMinor, currency: charge.currency)
    }
}

extension PaymentGateway {
    /// The code of the refusal that a charge meets; nil when it is made.
    func refusal(of charge: Charge) async -> PaymentError.Code? {
        await refusal { () async throws(PaymentError) in _ = try await self.charge(charge) }
    }

    /// The code of the refusal that a refund meets; nil when it is made.
    func refusal(of refund: Refund) async -> PaymentError.Code? {
        await refusal { () async throws(PaymentError) in try await self.refund(refund) }
    }

    /// The code of the refusal that a look-up meets; nil when it is answered.
    func refusal(toLookUp charge: Charge) async -> PaymentError.Code? {
        await refusal { () async throws(PaymentError) in _ = try await lookUp(charge) }
    }

    /// What a look-up finds.
    func state(of charge: Charge) async throws -> ChargeState { try await lookUp(charge) }

    private func refusal(_ body: () async throws(PaymentError) -> Void) async -> PaymentError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }
}

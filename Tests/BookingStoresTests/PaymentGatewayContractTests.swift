import Booking
import BookingStores
import Inventory
import PostgresDriver
import Simulation
import Testing

/// The gateways that keep the same contract.
enum GatewayKind: CaseIterable {
    case memory, simulated

    /// Runs `body` with a gateway on `clock` and what it has charged, in minor units by idempotency key.
    func withGateway(
        clock: any BookingClock,
        _ body: (_ gateway: any PaymentGateway, _ charged: @escaping @Sendable () async throws -> [String: Int64])
            async throws -> Void
    ) async throws {
        switch self {
        case .memory:
            let gateway = InMemoryGateway(clock: clock)
            try await body(gateway) { gateway.made.mapValues(\.amountMinor) }
        case .simulated:
            try await withPostgres { store in
                try await body(SimulatedGateway(client: store.client, clock: clock)) {
                    let charges = try await store.client.execute(
                        "SELECT idempotency_key, amount_minor FROM simulated_charges")
                    return Dictionary(
                        uniqueKeysWithValues: try charges.map {
                            (try $0.decode(0, as: String.self), try $0.decode(1, as: Int64.self))
                        })
                }
            }
        }
    }
}

/// What every gateway promises, and what the tokens of the simulated ones do.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PaymentGatewayContractTests {
    private func charge(_ token: String) -> Charge {
        Charge(
            booking: BookingID(offering: newID(), own: newID()), amountMinor: 17_000, currency: "EUR", token: token)
    }

    /// The code of the refusal that a charge meets; nil when it is made.
    private func refusal(_ charge: Charge, by gateway: any PaymentGateway) async -> PaymentError.Code? {
        do {
            _ = try await gateway.charge(charge)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `a charge is made once, however often it is asked for`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, charged in
            let charge = charge("tok_visa")
            let ids = try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await gateway.charge(charge) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let other = self.charge("tok_visa")
            let otherID = try await gateway.charge(other)
            #expect(!ids.contains(otherID))
            #expect(try await charged() == [charge.idempotencyKey: 17_000, other.idempotencyKey: 17_000])
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `a declined or failed charge takes no money`(_ kind: GatewayKind) async throws {
        try await kind.withGateway(clock: clock) { gateway, charged in
            for token in ["tok_chargeDeclined", "tok_unheard_of", "tok_slow_", "tok_slow_soon"] {
                #expect(await refusal(charge(token), by: gateway) == .declined)
            }
            #expect(await refusal(charge("tok_error"), by: gateway) == .unavailable)
            let charges = try await charged()
            #expect(charges == [:])
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `the first try may charge and never answer; the next one finds the charge`(_ kind: GatewayKind) async throws {
        let clock = ManualClock()
        try await kind.withGateway(clock: clock) { gateway, charged in
            let charge = charge("tok_timeout")
            let first = Task { try await gateway.charge(charge) }
            let givingUp = Task {
                await clock.untilSomebodySleeps(within: .nanoseconds(Int64.max))
                first.cancel()
            }
            _ = await first.result
            let charges = try await charged()
            #expect(charges == [charge.idempotencyKey: 17_000])
            #expect(await refusal(charge, by: gateway) == nil)
            #expect(try await charged() == charges)
            await givingUp.value
        }
    }

    @Test(arguments: GatewayKind.allCases)
    func `a slow charge succeeds late`(_ kind: GatewayKind) async throws {
        let clock = ManualClock()
        try await kind.withGateway(clock: clock) { gateway, charged in
            let charge = charge("tok_slow_2500")
            let outcome = Task { await refusal(charge, by: gateway) }
            let waiting = Task {
                await clock.untilSomebodySleeps(within: .milliseconds(2_500))
                defer { clock.advance(by: .milliseconds(2_500)) }
                return try await charged()
            }
            try #require(await outcome.value == nil)
            #expect(try await waiting.value == [:])
            #expect(try await charged() == [charge.idempotencyKey: 17_000])
        }
    }

    @Test func `without its database the simulated gateway is unavailable`() async throws {
        let store = try PostgresStore(
            url: "postgresql://usher@127.0.0.1:1/usher", connectTimeout: .milliseconds(100))
        try await running(store.client) {
            let gateway = SimulatedGateway(client: store.client, clock: clock)
            #expect(await refusal(charge("tok_visa"), by: gateway) == .unavailable)
        }
    }
}

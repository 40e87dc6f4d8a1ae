import Booking
import BookingStores
import Inventory
import LocalStack
import PostgresDriver
import Simulation
import Testing

/// The gateways that keep the same contract.
enum GatewayKind: CaseIterable {
    case memory, simulated, stripe

    /// Those that know the tokens `tok_…`
    static let simulations: [GatewayKind] = [.memory, .simulated]

    /// A means of payment that works.
    var goodToken: String { self == .stripe ? "pm_card_visa" : "tok_visa" }

    /// Means of payment that are refused.
    var refusedTokens: [String] {
        self == .stripe
            ? ["pm_card_chargeCustomerFail", "pm_unheard_of", "tok_visa", "", "pm_1&amount=1"]
            : ["tok_chargeDeclined", "tok_unheard_of", "tok_slow_", "tok_slow_soon", "tok_late_"]
    }

    /// Runs `body` with a gateway on `clock`.
    func withGateway(
        clock: any BookingClock, _ body: (_ gateway: any PaymentGateway, _ books: GatewayBooks) async throws -> Void
    ) async throws {
        switch self {
        case .memory:
            let gateway = InMemoryGateway(clock: clock)
            try await body(
                gateway,
                GatewayBooks {
                    gateway.made.values.map { .init(booking: $0.booking.own, amountMinor: $0.amountMinor) }
                } refunded: {
                    gateway.refunded.values.map { .init(booking: $0.booking.own, amountMinor: $0.amountMinor) }
                })
        case .simulated:
            try await withPostgres { store in
                try await body(
                    SimulatedGateway(client: store.client, clock: clock),
                    GatewayBooks {
                        try await store.entries("SELECT booking::text, amount_minor FROM simulated_charges")
                    } refunded: {
                        try await store.entries(
                            """
                            SELECT booking::text, refunds.amount_minor FROM simulated_refunds AS refunds
                            JOIN simulated_charges USING (charge_id)
                            """)
                    })
            }
        case .stripe:
            try await StripeServer.run { server in
                try await server.withGateway(clock: clock) { gateway in
                    try await body(
                        gateway,
                        GatewayBooks {
                            try await server.charges.map(GatewayBooks.Entry.init)
                        } refunded: {
                            try await server.refunds.map(GatewayBooks.Entry.init)
                        })
                }
            }
        }
    }
}

/// What a gateway has done.
struct GatewayBooks: Sendable {
    struct Entry: Hashable {
        let booking: UniqueID
        let amountMinor: Int64
    }

    let charged: @Sendable () async throws -> [Entry]
    let refunded: @Sendable () async throws -> [Entry]
}

extension GatewayBooks.Entry {
    init(_ entry: StripeServer.Entry) {
        self.init(
            booking: BookingID(entry.booking)?.own ?? UniqueID(high: 0, low: 0), amountMinor: entry.amount)
    }

    init(_ charge: Charge) {
        self.init(booking: charge.booking.own, amountMinor: charge.amountMinor)
    }
}

extension PostgresStore {
    fileprivate func entries(_ query: PostgresStatement) async throws -> [GatewayBooks.Entry] {
        try await client.execute(query).map { row in
            let booking = try #require(UniqueID(try row.decode(0, as: String.self)))
            return .init(booking: booking, amountMinor: try row.decode(1, as: Int64.self))
        }
    }
}

extension StripeServer {
    func withGateway(
        clock: any BookingClock, timeout: Duration = .seconds(10), _ body: (StripeGateway) async throws -> Void
    ) async throws {
        let gateway = StripeGateway(
            configuration: StripeConfiguration(url: url, secretKey: Self.key, timeout: timeout), clock: clock,
            logger: silentLogger)
        try await running(gateway) { try await body(gateway) }
    }
}

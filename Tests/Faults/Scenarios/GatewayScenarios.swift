/// The gateway is Stripe's double, which keeps books of its own.
extension Scenario {
    private static let usual = Array(repeating: GatewayCard.good.rawValue, count: 6) + [GatewayCard.declined.rawValue]

    static let gateway: [Scenario] = [
        Scenario(
            name: "gateway-webhooks", summary: "webhooks come twice and in another order, and a crash comes between",
            usesGateway: true, cards: usual
        ) { sale in
            try await sale.world.wait(milliseconds: 3_000...6_000)
            try await sale.restart("kill -9 with payments under way")
        },
        gateway("gateway-slow", "some answers take half a minute", .slow),
        gateway("gateway-silent", "some cards are charged without an answer", .silent),
        gateway("gateway-late", "some cards are charged when their booking has failed", .late),
    ]

    private static func gateway(_ name: String, _ summary: String, _ card: GatewayCard) -> Scenario {
        Scenario(
            name: name, summary: summary, usesGateway: true, cards: usual + [card.rawValue, card.rawValue]
        ) { _ in }
    }
}

/// What a virtual user does, over and over. A scenario asks for it by its name, with `exec`.
///
/// It is made once for a scenario and then shared by all its users: what belongs to one user is in `VirtualUser`.
protocol Journey: Sendable {
    /// What scenario files call it.
    static var name: String { get }
    /// One line for `usher-load list`, with what `env` it reads.
    static var summary: String { get }

    /// - Parameter env: The scenario's settings, `--env` among them.
    init(_ world: World, _ env: Settings) async throws

    /// One time. It runs on the user's event loop: it must not block it.
    func iterate(_ user: VirtualUser) async throws
}

enum Journeys {
    static let all: [any Journey.Type] = [
        BrowseJourney.self, CheckoutJourney.self, HoldJourney.self, SaleJourney.self, SmokeJourney.self,
        WatchJourney.self,
    ]

    static var names: [String] { all.map { $0.name } }

    static func named(_ name: String) -> (any Journey.Type)? { all.first { $0.name == name } }
}

/// Buys seats, chosen at random: holds them, books them, and watches the booking to its end.
struct CheckoutJourney: Journey {
    static let name = "checkout"
    static let summary = """
        hold \(SeatChoice.summary), book them with CARD (tok_visa), and watch the booking to its end; CANCEL (0) 1 \
        cancels it then
        """

    private let choice: SeatChoice
    private let card: String
    private let cancels: Bool

    init(_ world: World, _ env: Settings) throws {
        choice = try SeatChoice(world, env, journey: Self.name, seatsEach: 2)
        card = env["CARD"] ?? "tok_visa"
        cancels = try env.count("CANCEL", 0...1) == 1
    }

    func iterate(_ user: VirtualUser) async throws {
        let (event, seats) = choice.next(using: &user.random)
        let hold = try await user.hold(seats, of: event)
        guard hold.status == 201, let id = hold.text(of: "hold_id") else { return }
        guard let booking = try await user.book(id, card: card) else { return }
        let end = try await user.end(of: booking)
        user.check("confirmed", end == .confirmed)
        if cancels, end == .confirmed { try await user.cancel(booking) }
    }
}

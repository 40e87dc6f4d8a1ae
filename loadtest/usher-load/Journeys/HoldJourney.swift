/// Wants seats of an event, chosen at random, and keeps what it gets.
struct HoldJourney: Journey {
    static let name = "hold"
    static let summary = "hold SEATS_EACH (1) seats in a row, among the first SEATS of each event (all of them)"

    private let events: [Event]
    private let seats: Int
    private let seatsEach: Int
    private let answers = ExpectedStatuses(201, 409)

    init(_ world: World, _ env: Settings) throws {
        events = try world.requireEvents(for: Self.name)
        let most = events[0].seats.count
        seats = try env.count("SEATS", 1...most) ?? most
        seatsEach = try env.count("SEATS_EACH", 1...min(10, seats)) ?? 1
    }

    func iterate(_ user: VirtualUser) async throws {
        let event = events[Int.random(in: 0..<events.count, using: &user.random)]
        let first = Int.random(in: 0...(seats - seatsEach), using: &user.random)
        let answer = try await user.post(
            event.holdPath, event.holdBody(of: first..<(first + seatsEach)), name: "hold", expecting: answers)
        user.check("held or refused", answer.status == 201 || answer.status == 409)
        switch answer.status {
        case 201: user.count("holds")
        // A 409 may also say that the customer has too many places, or that the sale is over.
        case 409: user.count(answer.contains("\"seats_unavailable\"") ? "hold_conflicts" : "hold_refusals")
        default: break
        }
    }
}

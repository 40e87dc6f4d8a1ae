import Randomness

/// Seats in a row of one of the events, chosen at random, as a journey's settings say.
struct SeatChoice: Sendable {
    /// What of its settings a journey that has one can name in its summary.
    static let summary = "SEATS_EACH seats in a row, among the first SEATS of each event (all of them)"

    private let events: [Event]
    private let seats: Int
    private let seatsEach: Int

    init(_ world: World, _ env: Settings, journey: String, seatsEach: Int) throws(PlanError) {
        events = try world.requireEvents(for: journey)
        let most = events[0].seats.count
        seats = try env.count("SEATS", 1...most) ?? most
        let together = 1...min(10, seats)
        self.seatsEach = try env.count("SEATS_EACH", together) ?? min(seatsEach, together.upperBound)
    }

    func next(using random: inout SeededRandom) -> (event: Event, seats: Range<Int>) {
        let event = events[Int.random(in: 0..<events.count, using: &random)]
        let first = Int.random(in: 0...(seats - seatsEach), using: &random)
        return (event, first..<(first + seatsEach))
    }
}

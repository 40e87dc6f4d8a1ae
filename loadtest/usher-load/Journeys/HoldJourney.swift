/// Wants seats of an event, chosen at random, and keeps what it gets.
struct HoldJourney: Journey {
    static let name = "hold"
    static let summary = """
        hold \(SeatChoice.summary); RELEASE (0) 1 gives back what the user held before, REFUSALS (0) 1 takes 429 and 503 \
        for answers
        """

    private static let heldBefore = "the path of the hold before"

    private let choice: SeatChoice
    private let answers: ExpectedStatuses
    private let releases: Bool
    private let releaseAnswers: ExpectedStatuses

    init(_ world: World, _ env: Settings) throws {
        choice = try SeatChoice(world, env, journey: Self.name, seatsEach: 1)
        releases = try env.count("RELEASE", 0...1) == 1
        let takesRefusals = try env.count("REFUSALS", 0...1) == 1
        answers = takesRefusals ? ExpectedStatuses(201, 409, 429, 503) : .hold
        releaseAnswers = takesRefusals ? ExpectedStatuses(204, 404, 410, 429, 503) : ExpectedStatuses(204)
    }

    func iterate(_ user: VirtualUser) async throws {
        let (event, seats) = choice.next(using: &user.random)
        let answer = try await user.hold(seats, of: event, expecting: answers)
        guard releases, answer.status == 201, let id = answer.text(of: "hold_id") else { return }
        // Only now, so that what is held changes, and the hold is what an arrival's time counts for.
        if let path = user.memory.updateValue("\(event.holdPath)/\(id)", forKey: Self.heldBefore) {
            let answer = try await user.delete(path, name: "release", expecting: releaseAnswers)
            if answer.status == 204 { user.count("releases") }
        }
    }
}

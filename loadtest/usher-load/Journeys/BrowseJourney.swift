/// Looks around: the list of events, one of them, its seats. What it has seen before it asks for with its ETag.
struct BrowseJourney: Journey {
    static let name = "browse"
    static let summary = "list the events, open one of them and its seat map, with ETags"

    private let events: [Event]

    init(_ world: World, _ env: Settings) throws {
        events = try world.requireEvents(for: Self.name)
    }

    func iterate(_ user: VirtualUser) async throws {
        let list = try await user.getIfChanged("/api/events?limit=20", name: "events")
        user.check("events are listed", list.status == 304 || list.contains("\"items\""))
        let event = events[Int.random(in: 0..<events.count, using: &user.random)]
        let details = try await user.getIfChanged(event.path, name: "event")
        user.check("the event is shown", details.status == 304 || details.contains("\"capacity\""))
        let seats = try await user.getIfChanged(event.seatsPath, name: "seats")
        user.check("its seats are shown", seats.status == 304 || seats.contains("\"seats\""))
    }
}

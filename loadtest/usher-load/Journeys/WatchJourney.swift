import NIOCore

/// Reads the live seats of an event.
struct WatchJourney: Journey {
    static let name = "watch"
    static let summary = "read the stream of an event's seats for LENGTH (until the scenario ends)"

    private static let withoutEnd = TimeAmount.hours(24 * 366)

    private let events: [Event]
    private let length: TimeAmount

    init(_ world: World, _ env: Settings) throws {
        events = try world.requireEvents(for: Self.name)
        length = try env.duration("LENGTH") ?? Self.withoutEnd
    }

    func iterate(_ user: VirtualUser) async throws {
        let event = events[(user.number - 1) % events.count]
        let stream = try await user.stream(event.streamPath, name: "stream", upTo: length) { event in
            switch event.name {
            case "seats": user.count("deliveries")
            case "snapshot": user.count("snapshots")
            default: break
            }
            return .more
        }
        user.check("the stream was opened", stream.status == 200)
    }
}

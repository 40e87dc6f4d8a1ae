/// How often each seat was asked for by its name.
struct SeatWishes: Sendable {
    /// By the events' indices, and then by the seats'.
    private var counts: [[Int]] = []

    mutating func add(_ seats: Range<Int>, of event: Event) {
        while counts.count <= event.index { counts.append([]) }
        if counts[event.index].isEmpty { counts[event.index] = Array(repeating: 0, count: event.seats.count) }
        for seat in seats { counts[event.index][seat] += 1 }
    }

    mutating func add(_ other: SeatWishes) {
        for (index, theirs) in other.counts.enumerated() {
            if counts.count <= index { counts.append([]) }
            counts[index] =
                counts[index].isEmpty ? theirs : theirs.isEmpty ? counts[index] : zip(counts[index], theirs).map(+)
        }
    }

    /// One count for each of the event's seats.
    func counts(of event: Event) -> [Int] {
        guard counts.indices.contains(event.index), !counts[event.index].isEmpty else {
            return Array(repeating: 0, count: event.seats.count)
        }
        return counts[event.index]
    }

    func total(of event: Event) -> Int { counts(of: event).reduce(0, +) }
}

/// What became of an event's seats.
struct SeatFindings: Sendable {
    let event: Event
    /// How often each was asked for.
    let wishes: [Int]
    /// The state of each at the end; empty when the server did not tell.
    let states: [String]
}

extension Lane {
    func findings(of event: Event, _ wishes: [Int], _ server: ServerAddress) async -> SeatFindings {
        let caller = SetupCaller(server: server, loop: loop)
        defer { caller.close() }
        // Without an answer the report leaves the states out, and says so.
        let states = try? await caller.seatStates(of: event)
        return SeatFindings(
            event: event, wishes: wishes, states: states.map { states in event.seats.map { states[$0] ?? "" } } ?? [])
    }
}

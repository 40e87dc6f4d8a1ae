import Randomness

/// The hall that the demo sells: four stands of numbered seats around a floor without any.
enum DemoVenue {
    static let stands = ["NORTH", "EAST", "SOUTH", "WEST"]
    static let rows = 26
    static let seatsPerRow = 50
    static let floor = "FLOOR"
    static let floorCapacity = 1_500

    /// The stand that nearly everybody wants: a quarter of the seats.
    static let hottestStand = stands[0]

    /// Places of each section.
    static var capacities: [String: Int] {
        var capacities = Dictionary(uniqueKeysWithValues: stands.map { ($0, rows * seatsPerRow) })
        capacities[floor] = floorCapacity
        return capacities
    }

    /// What the organizer asks the server to sell.
    ///
    /// - Parameter name: The event's name; it tells this run's event from those before.
    static func event(named name: String) -> EventBody.Draft {
        let stands = stands.map {
            EventBody.Draft.Section(
                name: $0, kind: "seated", rows: rows, seatsPerRow: seatsPerRow, capacity: nil, price: 8_500)
        }
        let floor = EventBody.Draft.Section(
            name: floor, kind: "general", rows: nil, seatsPerRow: nil, capacity: floorCapacity, price: 4_500)
        return EventBody.Draft(
            name: name, venue: "Usher Arena", startsAt: "2030-06-01T19:30:00Z", currency: "EUR", holdTtlSeconds: 60,
            maxUnitsPerCustomer: 10, sections: stands + [floor])
    }

    /// Neighbouring seats in one row of a stand.
    static func seats(_ quantity: Int, in stand: String, using generator: inout SeededRandom) -> [String] {
        let row = Int.random(in: 1...rows, using: &generator)
        let first = Int.random(in: 1...(seatsPerRow - quantity + 1), using: &generator)
        return (first..<first + quantity).map { "\(stand)-\(row)-\($0)" }
    }
}

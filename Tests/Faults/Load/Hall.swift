import Randomness

/// The event that is sold: numbered seats that everybody wants at about the same time, and a floor.
enum Hall {
    static let section = "STALLS"
    static let floor = "FLOOR"
    static let rows = 20
    static let seatsPerRow = 20
    static let floorCapacity = 60
    /// The shortest that the API allows, so that holds lapse within a run.
    static let holdSeconds = 10
    /// Seats that are wanted at one time.
    private static let windowWidth = 14

    static var capacity: Int { rows * seatsPerRow + floorCapacity }

    static let draft = """
        {"name": "Fault night", "venue": "Hall", "starts_at": "2030-06-01T19:30:00Z", "currency": "EUR",
         "hold_ttl_seconds": \(holdSeconds), "max_hold_seconds": 30, "max_units_per_customer": 100,
         "sections": [
            {"name": "\(section)", "kind": "seated", "rows": \(rows), "seats_per_row": \(seatsPerRow), "price": 8500},
            {"name": "\(floor)", "kind": "general", "capacity": \(floorCapacity), "price": 4500}]}
        """

    /// One to three seats out of those that are wanted now.
    ///
    /// - Parameter progress: How much of the sale is over, 0 to 1. What is wanted moves on with it, so that there is
    ///   something to fight for until the end.
    static func wish(progress: Double, using random: inout SeededRandom) -> [String] {
        let first = Int(progress * Double(rows * seatsPerRow - windowWidth))
        let count = Int.random(in: 1...3, using: &random)
        return (first..<first + windowWidth).shuffled(using: &random).prefix(count).map(name)
    }

    private static func name(_ index: Int) -> String {
        "\(section)-\(index / seatsPerRow + 1)-\(index % seatsPerRow + 1)"
    }
}

/// What was made before the test, and what journeys act on.
struct World: Sendable {
    let server: ServerAddress
    var customers: [Account] = []
    var organizer: Account?
    var events: [Event] = []

    /// The account of a user; with more users than accounts they share.
    func account(of user: Int) -> Account {
        customers.isEmpty ? Account(email: "", token: nil) : customers[(user - 1) % customers.count]
    }

    func requireEvents(for journey: String) throws(PlanError) -> [Event] {
        guard !events.isEmpty else { throw PlanError("the journey \(journey) needs events: set setup.events") }
        return events
    }
}

struct Account: Sendable {
    let email: String
    /// nil for somebody who is not signed in.
    let token: String?
}

/// An event of one seated section.
struct Event: Sendable {
    let id: String
    /// Its place among the world's events.
    let index: Int
    /// The seats' ids, row by row.
    let seats: [String]
    let seatsPerRow: Int
    let path: String
    let holdPath: String
    let seatsPath: String
    let streamPath: String

    init(id: String, index: Int = 0, rows: Int, seatsPerRow: Int) {
        self.id = id
        self.index = index
        self.seatsPerRow = seatsPerRow
        path = "/api/events/\(id)"
        holdPath = "\(path)/hold"
        seatsPath = "\(path)/seats"
        streamPath = "\(path)/stream"
        seats = (1...rows).flatMap { row in (1...seatsPerRow).map { "\(Self.section)-\(row)-\($0)" } }
    }

    static let section = "STALLS"

    /// The body of a request to hold these of its seats.
    func holdBody(of range: Range<Int>) -> String {
        var body = "{\"seats\":[\""
        for index in range {
            if index > range.lowerBound { body += "\",\"" }
            body += seats[index]
        }
        return body + "\"]}"
    }
}

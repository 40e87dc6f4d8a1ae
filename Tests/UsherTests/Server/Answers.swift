/// What the API answers, as a client reads it: only what the tests look at. The names are those of the JSON in camel
/// case.
struct SessionAnswer: Decodable {
    let user: UserAnswer
    let token: String
}

struct UserAnswer: Decodable {
    let id: String
    let email: String
    let name: String
    let role: String
}

struct PageAnswer<Item: Decodable>: Decodable {
    let items: [Item]
    let nextCursor: String?
}

struct EventAnswer: Decodable {
    let id: String
    let name: String
    let capacity: Int
    /// Nil in lists.
    let available: Int?
    let held: Int?
    let booked: Int?
}

struct SeatsAnswer: Decodable {
    struct Seat: Decodable {
        let id: String
        let status: String
    }

    let seats: [Seat]

    func ids(_ status: String) -> [String] {
        seats.filter { $0.status == status }.map(\.id)
    }
}

struct ClaimAnswer: Decodable, Hashable {
    let unit: String
    let quantity: Int
    let price: Int
}

struct HoldAnswer: Decodable {
    let holdId: String
    let eventId: String
    let claims: [ClaimAnswer]
    let total: Int
    let expiresAt: String
    let expiresInMs: Int
}

struct BookingAnswer: Decodable {
    struct Failure: Decodable {
        let code: String
    }

    struct Links: Decodable {
        let `self`: String
        let stream: String
    }

    let bookingId: String
    let userId: String
    let status: String
    let version: Int
    let claims: [ClaimAnswer]
    let total: Int
    let failure: Failure?
    let links: Links
}

struct ProblemAnswer: Decodable {
    struct Unavailable: Decodable {
        let unit: String
        let status: String
    }

    let title: String
    let status: Int
    let code: String
    let requestId: String
    let unavailable: [Unavailable]?
    let bookingId: String?
}

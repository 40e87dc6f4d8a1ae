import Foundation
import Synchronization

/// Sells events out: each seat is asked for once, by customers who come in turn, and with `BOOK` it is bought.
///
/// It brings its events and its customers along, so it needs nothing of a server but the paths that it asks for.
struct SaleJourney: Journey {
    static let name = "sale"
    static let summary = """
        hold each seat of EVENTS (ids, separated by commas) once, in turn by the customers whose tokens are the lines of the \
        file TOKENS: SEATS of each event, PER_ROW (1000) in a row, or 0 for places without numbers; BOOK (0) 1 buys them; \
        the first WARM_UP (0) holds are filed as "warm-up" and not counted
        """

    private static let holdStatuses = ExpectedStatuses(201, 409, 429, 503)
    private static let bookingStatuses = ExpectedStatuses(202, 429, 503)

    private let paths: [String]
    private let authorizations: [String]
    private let seats: Int
    private let seatsPerRow: Int
    private let books: Bool
    private let warmUp: Int
    /// How many seats have been asked for, by all users together.
    private let asked = Counter()

    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    init(_ world: World, _ env: Settings) throws {
        guard let events = env["EVENTS"], let file = env["TOKENS"] else {
            throw PlanError("the journey sale needs env EVENTS and TOKENS")
        }
        paths = events.split(separator: ",").map { "/api/events/\($0)/hold" }
        authorizations = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { "Bearer \($0)" }
        guard !paths.isEmpty, !authorizations.isEmpty else {
            throw PlanError("the journey sale needs an event and a customer at least")
        }
        seats = try env.count("SEATS", 1...2_000_000) ?? 10_000
        seatsPerRow = try env.count("PER_ROW", 0...10_000) ?? 1_000
        books = try env.count("BOOK", 0...1) == 1
        warmUp = try env.count("WARM_UP", 0...10_000_000) ?? 0
    }

    func iterate(_ user: VirtualUser) async throws {
        let place = asked.value.wrappingAdd(1, ordering: .relaxed).oldValue
        let seat = place / paths.count % seats
        // The customers of a seat's neighbours are others; and none has more than her share of the seats.
        let customer = [("Authorization", authorizations[seat % authorizations.count])]
        let hold = try await user.post(
            paths[place % paths.count], body(seat), name: place < warmUp ? "warm-up" : "hold",
            expecting: Self.holdStatuses, fields: customer)
        guard place >= warmUp else { return }
        count(hold, user)
        guard books, hold.status == 201, let id = hold.text(of: "hold_id") else { return }
        let booking = try await user.post(
            "/api/booking", "{\"hold_id\":\"\(id)\",\"payment\":{\"token\":\"tok_visa\"}}", name: "book",
            expecting: Self.bookingStatuses, fields: customer)
        count(booking, user)
    }

    private func body(_ seat: Int) -> String {
        guard seatsPerRow > 0 else { return #"{"general":[{"section":"FLOOR","quantity":1}]}"# }
        return "{\"seats\":[\"STALLS-\(seat / seatsPerRow + 1)-\(seat % seatsPerRow + 1)\"]}"
    }

    /// Answers by their whole status, since a refusal is not like another.
    private func count(_ answer: Response, _ user: VirtualUser) {
        switch answer.status {
        case 201: user.count("status_201")
        case 202: user.count("status_202")
        case 409: user.count("status_409")
        case 429: user.count("status_429")
        case 503: user.count("status_503")
        default: user.count("status_other")
        }
    }
}

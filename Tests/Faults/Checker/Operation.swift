/// Time since the run's beginning, by the monotonic clock of the machine.
typealias Instant = Duration

enum SeatStatus: String, Hashable, Sendable, Decodable {
    case available, held, booked
}

/// One request of a customer: what was asked, when, and what came back.
struct Operation: Sendable {
    enum Request: Hashable, Sendable {
        case hold(seats: [String], floor: Int)
        case extend(hold: String)
        case release(hold: String)
        case book(hold: String)
        case cancel(booking: String)
        /// Read the map of all seats.
        case look
    }

    enum Answer: Hashable, Sendable {
        case held(hold: String, seats: [String], floor: Int, left: Duration)
        /// Some of the places could not be had; why, by seat, and what was left of the floor when it was too little.
        case unavailable([String: SeatStatus], floorLeft: Int? = nil)
        case extended(left: Duration)
        case released
        case accepted(booking: String)
        case cancelled
        case seats([String: SeatStatus])
        /// Refused with this code, and without effect.
        case refused(String)
        /// It never reached a server.
        case notSent
        /// The connection broke, or the server could not say: it may have taken effect, then or later.
        case unknown
    }

    let customer: Int
    let request: Request
    var sent: Instant
    var answered: Instant = .zero
    var answer = Answer.unknown
    /// The HTTP status; nil when no answer came.
    var status: UInt?
    /// Whether it was sent again with the same key; the answers must be the same.
    var key: String?

    var isAnswered: Bool { answer != .unknown && answer != .notSent }

    var isSuccess: Bool { isAnswered && !isRefusal }

    var isRefusal: Bool {
        switch answer {
        case .unavailable, .refused: true
        default: false
        }
    }

    /// Whether the server could not say what came of it. A retry that came while the first try was under way is none of
    /// its failures.
    var hasFailed: Bool { answer == .unknown && status != 409 }
}

/// A booking as the ledger has it in the end.
struct LedgerBooking: Hashable, Sendable {
    /// Routed: offering and own id.
    let id: String
    /// Routed.
    let hold: String
    let status: String
    let version: Int64

    /// Whether it has been confirmed, if only for a time.
    var wasSold: Bool { status == "confirmed" || status == "cancelled" }
}

/// What a stream told of a booking.
struct StreamEvent: Hashable, Sendable {
    let booking: String
    /// Tells the streams of one booking apart.
    let stream: Int
    let at: Instant
    let status: String
    let version: Int64
}

/// Everything that is known of a run.
struct History: Sendable {
    var operations: [Operation] = []
    var events: [StreamEvent] = []
    /// From the database, when all was quiet.
    var bookings: [LedgerBooking] = []
    var end: Instant = .zero
}

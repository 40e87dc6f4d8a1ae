/// One line of a schedule, with its number in the whole of it, which decides what is left to chance while it is carried
/// out: leaving other lines out changes nothing of that.
struct ScheduleLine: Hashable, Sendable {
    let number: Int
    let command: ScheduleCommand
}

/// What a line of a schedule says.
enum ScheduleCommand: Hashable, Sendable, CustomStringConvertible {
    /// A customer asks one of the nodes for something. With one node up, both slots mean that one.
    case client(ClientStep, slot: Int)
    /// The next calls of a port go wrong.
    case fault(Fault, calls: Int)
    /// The hold store loses everything.
    case flushHoldStore
    /// The node in a slot dies.
    case crash(slot: Int)
    /// A node starts in a slot, if there is none; it takes the shards of one that may still live.
    case start(slot: Int)
    /// Time goes by.
    case wait(Wait)
    /// Somebody whose memory is wrong tries to sell, with the owner's epoch, what the ledger has sold already.
    case strayBooking(Int)

    enum Wait: Hashable, Sendable {
        case milliseconds(Int)
        /// Until one nanosecond before the hold that ends next.
        case justBeforeDeadline
        /// Until the hold that ends next does.
        case deadline
    }

    var description: String {
        switch self {
        case .client(let step, let slot): "node \(slot): \(step)"
        case .fault(let fault, let calls): "fault \(fault.rawValue) for \(calls)"
        case .flushHoldStore: "the hold store is flushed"
        case .crash(let slot): "crash node \(slot)"
        case .start(let slot): "start node \(slot)"
        case .wait(.milliseconds(let milliseconds)): "wait \(milliseconds) ms"
        case .wait(.justBeforeDeadline): "wait until 1 ns before the next deadline"
        case .wait(.deadline): "wait until the next deadline"
        case .strayBooking(let choice): "stray booking \(choice)"
        }
    }
}

/// What a customer does. Holds and bookings are named by their places in the list of those that were acknowledged.
enum ClientStep: Hashable, Sendable, CustomStringConvertible {
    case hold(customer: Int, offering: Int, seats: [Int], places: Int)
    case holdBest(customer: Int, offering: Int, seats: Int, isAdjacent: Bool)
    case readHold(Pick)
    case extend(Pick)
    case release(Pick)
    case book(Pick, token: String)
    /// By its customer, or by a stranger.
    case cancel(Int, stranger: Int?)
    case readBooking(Int)
    case followBooking(Int)
    case listBookings(customer: Int)
    case availability(offering: Int)
    case seatMap(offering: Int)

    /// Which hold, and who asks for it.
    struct Pick: Hashable, Sendable {
        enum Hold: Hashable, Sendable {
            case number(Int)
            case latest
            /// The one whose deadline comes next.
            case endingNext
            case unknown
        }

        let hold: Hold
        /// Nil for the holder; else somebody whom it does not belong to.
        let stranger: Int?
    }

    var description: String {
        switch self {
        case .hold(let customer, let offering, let seats, let places):
            "customer \(customer) holds seats \(seats) and \(places) places of offering \(offering)"
        case .holdBest(let customer, let offering, let seats, let isAdjacent):
            "customer \(customer) holds the best \(seats) seats of offering \(offering)\(isAdjacent ? ", side by side" : "")"
        case .extend(let pick): "extend hold \(pick)"
        case .readHold(let pick): "read hold \(pick)"
        case .release(let pick): "release hold \(pick)"
        case .book(let pick, let token): "book hold \(pick) with \(token)"
        case .cancel(let number, let stranger):
            "cancel booking \(number)\(stranger.map { " as stranger \($0)" } ?? "")"
        case .readBooking(let number): "read booking \(number)"
        case .followBooking(let number): "follow booking \(number)"
        case .listBookings(let customer): "list bookings of customer \(customer)"
        case .availability(let offering): "availability of offering \(offering)"
        case .seatMap(let offering): "seat map of offering \(offering)"
        }
    }
}

extension ClientStep.Pick: CustomStringConvertible {
    var description: String {
        let name =
            switch hold {
            case .number(let number): "\(number)"
            case .latest: "latest"
            case .endingNext: "ending next"
            case .unknown: "unknown"
            }
        return stranger.map { "\(name) as stranger \($0)" } ?? name
    }
}

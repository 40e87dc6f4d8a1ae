/// Claims that are set aside: a hold, a booking that is being paid for, or a booking that has an end.
public struct Reservation: Hashable, Sendable {
    /// How far the claims have come.
    public enum Phase: Hashable, Sendable {
        /// Held until the deadline.
        case held
        /// Being paid for by this booking; no deadline counts.
        case submitted(booking: UniqueID)
        /// Sold to this booking, until its end if it has one.
        case booked(booking: UniqueID)
    }

    /// The hold's own id.
    public let hold: UniqueID
    /// Whose it is.
    public let customer: UniqueID
    /// What it has.
    public let claims: UnitClaims
    /// When it was first held, from which its longest time counts.
    public let heldSince: Moment
    /// When the hold ends, while it is one.
    public internal(set) var deadline: Moment
    /// How far it has come.
    public internal(set) var phase: Phase
    /// When the booking's claims return; nil of one that is for good.
    public internal(set) var end: Moment?

    /// Describes a reservation.
    public init(
        hold: UniqueID, customer: UniqueID, claims: UnitClaims, heldSince: Moment, deadline: Moment,
        phase: Phase = .held, end: Moment? = nil
    ) {
        self.hold = hold
        self.customer = customer
        self.claims = claims
        self.heldSince = heldSince
        self.deadline = deadline
        self.phase = phase
        self.end = end
    }

    /// How many places it has.
    public var places: Int { claims.reduce(0) { $0 + $1.quantity } }

    /// The moment at which it is over by itself; nil while it is being paid for, and when it is sold for good.
    var lapse: Moment? {
        switch phase {
        case .held: deadline
        case .submitted: nil
        case .booked: end
        }
    }

    var isBooked: Bool {
        if case .booked = phase { true } else { false }
    }

    func hasLapsed(at now: Moment) -> Bool { lapse.map { $0 <= now } ?? false }
}

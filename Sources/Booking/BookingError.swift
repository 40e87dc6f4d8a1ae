public import Inventory

/// A refusal by the booking engine. Nothing was held, charged or changed.
public struct BookingError: Error, Sendable {
    /// What kind of refusal; the raw value is stable and goes to clients.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The snake_case word that clients branch on.
        public let rawValue: String

        /// Makes a code of its word.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No offering has this id.
        public static let eventNotFound = Code(rawValue: "event_not_found")
        /// The organizer has cancelled the offering.
        public static let eventCancelled = Code(rawValue: "event_cancelled")
        /// The booking has no such place.
        public static let invalidTicket = Code(rawValue: "invalid_ticket")
        /// Somebody has come in with the ticket already: `checkIn`.
        public static let alreadyCheckedIn = Code(rawValue: "already_checked_in")
        /// The booking is not confirmed, or not any more.
        public static let bookingNotConfirmed = Code(rawValue: "booking_not_confirmed")
        /// No block has this id.
        public static let blockNotFound = Code(rawValue: "block_not_found")
        /// A block names no place.
        public static let emptyBlock = Code(rawValue: "empty_block")
        /// The offering has as many blocks as one can have: `limit`.
        public static let tooManyBlocks = Code(rawValue: "too_many_blocks")
        /// The request names neither a seat nor a general place.
        public static let emptyHold = Code(rawValue: "empty_hold")
        /// A seat or section is named twice.
        public static let duplicateUnit = Code(rawValue: "duplicate_unit")
        /// The offering has no such seat, section or slot.
        public static let unknownUnit = Code(rawValue: "unknown_unit")
        /// A quantity is not 1 to the unit's capacity, or a number of best seats not 1 to what a hold can have.
        public static let invalidQuantity = Code(rawValue: "invalid_quantity")
        /// A seat is kept for those who ask for an accessible one.
        public static let accessibleSeat = Code(rawValue: "accessible_seat")
        /// More places than one hold can have: `limit`.
        public static let tooManyUnits = Code(rawValue: "too_many_units")
        /// More places than one customer can have, holds and bookings together: `limit`, of which `taken` are there.
        public static let customerLimit = Code(rawValue: "customer_limit")
        /// Holds are granted from `salesStart` on.
        public static let saleNotOpen = Code(rawValue: "sale_not_open")
        /// Holds are granted no more.
        public static let saleClosed = Code(rawValue: "sale_closed")
        /// Some of what was asked for is held, booked or off sale; `unavailable` says what. When the best seats were asked
        /// for, none can be named, and `heldUntil` says when to ask again.
        public static let seatsUnavailable = Code(rawValue: "seats_unavailable")
        /// The customer has no such hold.
        public static let holdNotFound = Code(rawValue: "hold_not_found")
        /// The hold's deadline has passed.
        public static let holdExpired = Code(rawValue: "hold_expired")
        /// The hold lasts as long as a hold can; it ends at `expiresAt`.
        public static let holdNotExtensible = Code(rawValue: "hold_not_extensible")
        /// The hold was let go.
        public static let holdReleased = Code(rawValue: "hold_released")
        /// The hold is being bought or was bought by the booking in `bookingID`.
        public static let holdBooked = Code(rawValue: "hold_booked")
        /// No booking has this id.
        public static let bookingNotFound = Code(rawValue: "booking_not_found")
        /// The booking is not confirmed: it has failed.
        public static let notCancellable = Code(rawValue: "not_cancellable")
        /// The time in which the booking could be cancelled is over.
        public static let cancellationClosed = Code(rawValue: "cancellation_closed")
        /// The booking is being changed by another request.
        public static let bookingChanging = Code(rawValue: "booking_changing")
        /// The payment token is empty or too long.
        public static let invalidPayment = Code(rawValue: "invalid_payment")
        /// The cursor is not one that this list gave.
        public static let invalidCursor = Code(rawValue: "invalid_cursor")
        /// The queue of bookings is full; nothing was written.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The ledger could not be reached; the hold is given back as soon as it answers, and nothing is charged.
        public static let ledgerUnavailable = Code(rawValue: "ledger_unavailable")
        /// This node does not own the offering's shard any more.
        public static let notOwner = Code(rawValue: "not_owner")
        /// The node is shutting down.
        public static let shuttingDown = Code(rawValue: "shutting_down")
    }

    /// A unit that could not be had.
    public struct UnavailableUnit: Hashable, Sendable {
        /// The unit's id.
        public let unit: String
        /// Why: held, booked or blocked.
        public let status: SeatMap.Status
        /// When the first hold that is in the way ends; nil when it is not known, or none ends by itself.
        public let heldUntil: Timestamp?
        /// Places left in a general section or a slot; nil of a seat.
        public let available: Int?

        /// Describes a unit that could not be had.
        public init(unit: String, status: SeatMap.Status, heldUntil: Timestamp?, available: Int?) {
            self.unit = unit
            self.status = status
            self.heldUntil = heldUntil
            self.available = available
        }
    }

    /// What kind of refusal.
    public let code: Code
    /// What happened, to which thing, and what to do.
    public let message: String
    /// What could not be had, with `seatsUnavailable`.
    public var unavailable: [UnavailableUnit] = []
    /// The booking that has the hold, with `holdBooked`.
    public var bookingID: BookingID?
    /// When the first hold on such a seat ends, with `seatsUnavailable` of best seats, if one of those that end next is.
    public var heldUntil: Timestamp?
    /// When the sale begins, with `saleNotOpen`.
    public var salesStart: Timestamp?
    /// When the hold ends, with `holdNotExtensible`.
    public var expiresAt: Timestamp?
    /// The most places, with `tooManyUnits` and `customerLimit`.
    public var limit: Int?
    /// The places that the customer has, with `customerLimit`.
    public var taken: Int?
    /// Who came in earlier, with `alreadyCheckedIn`.
    public var checkIn: CheckIn?
    /// When to try again, with `overloaded`, `ledgerUnavailable`, `notOwner` and `shuttingDown`.
    public var retryAfter: Duration?
    /// What went wrong underneath; for logs, not for clients.
    public var cause: (any Error)?

    /// Describes a refusal.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension BookingError: CustomStringConvertible {
    /// The code, the message, and the cause when there is one.
    public var description: String {
        let refusal = "\(code.rawValue): \(message)"
        return cause.map { "\(refusal) (\($0))" } ?? refusal
    }
}

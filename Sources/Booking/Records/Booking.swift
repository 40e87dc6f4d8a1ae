public import Inventory

/// Who acts: the user that a token names.
public struct Customer: Hashable, Sendable {
    /// The token's subject. The user may live in another service.
    public let id: UniqueID
    /// Where mail about bookings goes.
    public let email: String

    /// Names a customer.
    public init(id: UniqueID, email: String) {
        self.id = id
        self.email = email
    }
}

/// A quantity of one unit, taken by a hold or a booking.
public struct Claim: Hashable, Sendable {
    /// The unit's id: `SECTION-row-seat`, or the name of a general section.
    public let unit: String
    /// Places taken, at least 1.
    public let quantity: Int
    /// The price of one place, in the currency's minor unit.
    public let priceMinor: Int64
    /// All places of the unit; 1 of a seat.
    public let unitCapacity: Int

    /// Describes a claim.
    public init(unit: String, quantity: Int, priceMinor: Int64, unitCapacity: Int) {
        self.unit = unit
        self.quantity = quantity
        self.priceMinor = priceMinor
        self.unitCapacity = unitCapacity
    }
}

extension [Claim] {
    /// What the claims cost together, in minor units. The layout's limits keep it within 64 bits.
    public var totalMinor: Int64 {
        reduce(0) { $0 + Int64($1.quantity) * $1.priceMinor }
    }
}

/// Claims set aside for one customer until a deadline.
public struct Hold: Hashable, Sendable {
    /// The hold's id.
    public let id: HoldID
    /// What is set aside.
    public let claims: [Claim]
    /// ISO 4217.
    public let currency: String
    /// The deadline by the wall clock, for people; the owner's monotonic clock decides.
    public let expiresAt: Timestamp
    /// The time left until the deadline when the hold was read.
    public let remaining: Duration

    /// What the claims cost together, in minor units.
    public var totalMinor: Int64 { claims.totalMinor }

    /// Describes a hold.
    public init(id: HoldID, claims: [Claim], currency: String, expiresAt: Timestamp, remaining: Duration) {
        self.id = id
        self.claims = claims
        self.currency = currency
        self.expiresAt = expiresAt
        self.remaining = remaining
    }
}

/// Where a booking stands.
public enum BookingStatus: String, Hashable, Sendable {
    /// Accepted and durable; waits for a worker.
    case queued
    /// A worker is charging for it. Known to the node that does it, not to the ledger.
    case processing
    /// Paid and durable.
    case confirmed
    /// Ended without a sale; `Booking.failure` says why.
    case failed
    /// Was confirmed; its places are on sale again, and `Booking.refund` is what goes back.
    case cancelled

    /// Whether the booking's way is over. A confirmed one can still be cancelled, and one that failed without a clear
    /// answer from the gateway can still turn out to be paid.
    public var isFinal: Bool { self != .queued && self != .processing }
}

/// Why a booking failed.
public struct BookingFailure: Hashable, Sendable {
    /// A stable, snake_case code: `payment_declined`, `payment_unavailable`, `not_accepted`
    public let code: String
    /// What happened and what to do, for a person.
    public let message: String

    /// Describes a failure.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// Money that goes back to the customer.
public struct BookingRefund: Hashable, Sendable {
    /// How much, in the currency's minor unit; more than zero.
    public let amountMinor: Int64
    /// Whether the gateway has given it back.
    public let isDone: Bool

    /// Describes a refund.
    public init(amountMinor: Int64, isDone: Bool) {
        self.amountMinor = amountMinor
        self.isDone = isDone
    }
}

/// Claims being bought or bought.
public struct Booking: Hashable, Sendable {
    /// The booking's id.
    public let id: BookingID
    /// The hold that it was made of.
    public let hold: HoldID
    /// Who buys.
    public let customer: Customer
    /// What is bought.
    public let claims: [Claim]
    /// ISO 4217.
    public let currency: String
    /// The gateway's reference to the means of payment; never a card number.
    public let paymentToken: String
    /// When the booking was accepted.
    public let createdAt: Timestamp
    /// Where it stands.
    public private(set) var status: BookingStatus
    /// Rises with each status; 1 is `queued`.
    public private(set) var version: Int64
    /// When it last changed.
    public private(set) var updatedAt: Timestamp
    /// The gateway's id of the charge, once there is one.
    public private(set) var paymentID: String?
    /// Why it failed, once it has.
    public private(set) var failure: BookingFailure?
    /// Whether it failed without a clear answer from the gateway, which may have charged for it.
    public private(set) var isPaymentOpen: Bool
    /// What goes back to the customer, once that is decided.
    public private(set) var refund: BookingRefund?
    /// When it was cancelled, if it was; nil too of what was cancelled before this was remembered.
    public private(set) var cancelledAt: Timestamp?

    /// What the claims cost together, in minor units.
    public var totalMinor: Int64 { claims.totalMinor }

    /// A booking as the ledger reads it; new ones are `queued` at version 1.
    public init(
        id: BookingID, hold: HoldID, customer: Customer, claims: [Claim], currency: String, paymentToken: String,
        createdAt: Timestamp, status: BookingStatus = .queued, version: Int64 = 1, updatedAt: Timestamp? = nil,
        paymentID: String? = nil, failure: BookingFailure? = nil, isPaymentOpen: Bool = false,
        refund: BookingRefund? = nil, cancelledAt: Timestamp? = nil
    ) {
        self.id = id
        self.hold = hold
        self.customer = customer
        self.claims = claims
        self.currency = currency
        self.paymentToken = paymentToken
        self.createdAt = createdAt
        self.status = status
        self.version = version
        self.updatedAt = updatedAt ?? createdAt
        self.paymentID = paymentID
        self.failure = failure
        self.isPaymentOpen = isPaymentOpen
        self.refund = refund
        self.cancelledAt = cancelledAt
    }
}

// MARK: - Its way

extension Booking {
    /// The booking while a worker charges for it.
    public func processing(at now: Timestamp) -> Booking {
        changed(to: .processing, at: now)
    }

    /// The booking once it is paid, or once a payment came late and its places were still to be had.
    ///
    /// - Parameter paymentID: The gateway's id of the charge; nil when there was nothing to pay.
    public func confirmed(paymentID: String?, at now: Timestamp) -> Booking {
        var booking = changed(to: .confirmed, at: now)
        booking.paymentID = paymentID
        booking.failure = nil
        booking.isPaymentOpen = false
        return booking
    }

    /// The booking once it has ended without a sale.
    ///
    /// - Parameter isPaymentOpen: Whether the gateway may have charged for it all the same.
    public func failed(_ failure: BookingFailure, isPaymentOpen: Bool = false, at now: Timestamp) -> Booking {
        var booking = changed(to: .failed, at: now)
        booking.failure = failure
        booking.isPaymentOpen = isPaymentOpen
        return booking
    }

    /// The booking once it is cancelled.
    ///
    /// - Parameter refundMinor: What goes back; 0 for nothing.
    public func cancelled(refundMinor: Int64, at now: Timestamp) -> Booking {
        var booking = changed(to: .cancelled, at: now)
        booking.cancelledAt = booking.updatedAt
        booking.refund = refundMinor > 0 ? BookingRefund(amountMinor: refundMinor, isDone: false) : nil
        return booking
    }

    /// The failed booking once it turns out that it was charged for: the money goes back.
    public func chargedLate(paymentID: String, at now: Timestamp) -> Booking {
        var booking = changed(to: .failed, at: now)
        booking.paymentID = paymentID
        booking.isPaymentOpen = false
        booking.refund = BookingRefund(amountMinor: totalMinor, isDone: false)
        return booking
    }

    /// The failed booking once it is certain that it was not charged for.
    public func notCharged(at now: Timestamp) -> Booking {
        var booking = changed(to: .failed, at: now)
        booking.isPaymentOpen = false
        return booking
    }

    /// The booking once its refund has been made.
    public func refunded(at now: Timestamp) -> Booking {
        var booking = changed(to: status, at: now)
        booking.refund = refund.map { BookingRefund(amountMinor: $0.amountMinor, isDone: true) }
        return booking
    }

    private func changed(to status: BookingStatus, at now: Timestamp) -> Booking {
        var booking = self
        booking.status = status
        booking.version += 1
        booking.updatedAt = max(now, updatedAt)
        return booking
    }
}

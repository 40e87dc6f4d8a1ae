import BookingStores
import Inventory
import PostgresDriver

/// What a payment gateway has in its books.
struct PaymentBook: Sendable {
    struct Charge: Hashable, Sendable {
        let id: String
        /// The booking's own id, as the charge names it.
        let booking: String
        let amountMinor: Int64
        let currency: String
    }

    struct Refund: Hashable, Sendable {
        let id: String
        let charge: String
        let amountMinor: Int64
    }

    var charges: [Charge] = []
    var refunds: [Refund] = []
}

/// The simulated gateway's tables. A charge that lies ahead is none yet, unless a clock that was wrong has put it there.
extension PaymentBook {
    /// Also charges that are for no booking at all, whichever offering is looked at.
    static func charges(_ event: UniqueID?) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT charge_id, booking::text, amount_minor, charges.currency
            FROM simulated_charges AS charges LEFT JOIN bookings ON bookings.id = booking
            WHERE (charges.created_at <= now() OR bookings.status = 'confirmed') AND ($1::uuid IS NULL OR coalesce(offering = $1, true))
            """, [event.map { .uuid(PostgresUUID(high: $0.high, low: $0.low)) } ?? .null])
    }

    static let refunds = PostgresStatement("SELECT idempotency_key, charge_id, amount_minor FROM simulated_refunds")

    init(charges: PostgresRows, refunds: PostgresRows) throws(PostgresError) {
        for row in charges {
            self.charges.append(
                Charge(
                    id: try row.decode(0), booking: try row.decode(1), amountMinor: try row.decode(2),
                    currency: try row.decode(3)))
        }
        for row in refunds {
            self.refunds.append(
                Refund(id: try row.decode(0), charge: try row.decode(1), amountMinor: try row.decode(2)))
        }
    }
}

extension PaymentBook {
    /// What Stripe has for bookings; the account may serve others too.
    init(_ book: StripeBook) {
        for charge in book.charges {
            guard let booking = charge.booking else { continue }
            charges.append(
                Charge(
                    id: charge.id, booking: booking.own.description, amountMinor: charge.amountMinor,
                    currency: charge.currency))
        }
        let known = Set(charges.map(\.id))
        refunds = book.refunds.filter { known.contains($0.charge) }.map {
            Refund(id: $0.id, charge: $0.charge, amountMinor: $0.amountMinor)
        }
    }
}

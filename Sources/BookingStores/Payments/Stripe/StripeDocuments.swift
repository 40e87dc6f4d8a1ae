import Booking
import Inventory

/// A PaymentIntent: one payment from its beginning to its end, which is made once at most.
struct StripeIntent: Decodable {
    let id: String
    let status: String
    let amount: Int64
    let amountReceived: Int64?
    let currency: String
    let metadata: [String: String]?
    let lastError: StripeErrorDocument.Details?

    enum CodingKeys: String, CodingKey {
        case id, status, amount, currency, metadata
        case amountReceived = "amount_received"
        case lastError = "last_payment_error"
    }

    /// The booking that it is for; nil when something else has made it.
    var booking: BookingID? { metadata?[StripeIntent.bookingKey].flatMap { BookingID($0) } }

    static let bookingKey = "booking"
}

/// A refund.
struct StripeRefund: Decodable {
    let status: String?
    let metadata: [String: String]?

    /// The booking that it is for; nil when something else has made it.
    var booking: BookingID? { metadata?[StripeIntent.bookingKey].flatMap { BookingID($0) } }
}

/// The objects that were listed or found.
struct StripeList<Element: Decodable>: Decodable {
    let data: [Element]
}

/// What every event tells.
struct StripeEvent: Decodable {
    let type: String
}

/// An event about an intent.
struct StripeIntentEvent: Decodable {
    struct Content: Decodable {
        let object: StripeIntent
    }

    let data: Content
}

/// A refusal.
struct StripeErrorDocument: Decodable {
    struct Details: Decodable {
        var type: String?
        var code: String?
        /// Of a declined card it is meant for the customer.
        var message: String?
    }

    let error: Details
}

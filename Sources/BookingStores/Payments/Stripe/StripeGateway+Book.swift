public import Booking
public import Inventory

/// What Stripe itself has in its books, for somebody who compares them with the ledger.
public struct StripeBook: Sendable {
    /// Money that was taken.
    public struct Charge: Sendable {
        /// The intent's id.
        public let id: String
        /// The booking that it is for; nil when something else has made it.
        public let booking: BookingID?
        /// The amount, in the currency's minor unit.
        public let amountMinor: Int64
        /// ISO 4217.
        public let currency: String
    }

    /// Money that was given back.
    public struct Refund: Sendable {
        /// The refund's id.
        public let id: String
        /// The id of the intent whose money it was.
        public let charge: String
        /// The amount, in the currency's minor unit.
        public let amountMinor: Int64
    }

    /// All charges of the account.
    public internal(set) var charges: [Charge] = []
    /// All refunds of the account.
    public internal(set) var refunds: [Refund] = []
}

extension StripeGateway {
    /// Reads all charges and refunds of the account, a hundred at a time.
    ///
    /// - Throws: `PaymentError` `unavailable`.
    public func book() async throws(PaymentError) -> StripeBook {
        var book = StripeBook()
        let intents: [StripeIntent] = try await list("/v1/payment_intents")
        for intent in intents where intent.status == "succeeded" {
            book.charges.append(
                StripeBook.Charge(
                    id: intent.id, booking: intent.booking, amountMinor: intent.amountReceived ?? intent.amount,
                    currency: intent.currency.uppercased()))
        }
        let refunds: [StripeListedRefund] = try await list("/v1/refunds")
        for refund in refunds where refund.status != "failed" && refund.status != "canceled" {
            book.refunds.append(
                StripeBook.Refund(id: refund.id, charge: refund.intent ?? "", amountMinor: refund.amount))
        }
        return book
    }

    private func list<Item: StripeListed>(_ path: String) async throws(PaymentError) -> [Item] {
        var items: [Item] = []
        while true {
            var query = ["limit": "100"]
            if let last = items.last { query["starting_after"] = last.id }
            let page: StripePage<Item>
            do {
                page = try await client.get(path, query: query)
            } catch {
                throw PaymentError(.unavailable, "The payment service's list \(path) cannot be read.")
            }
            items += page.data
            guard page.hasMore, !page.data.isEmpty else { return items }
        }
    }
}

/// What Stripe lists page by page.
private protocol StripeListed: Decodable {
    var id: String { get }
}

extension StripeIntent: StripeListed {}

private struct StripeListedRefund: StripeListed {
    let id: String
    let status: String?
    let amount: Int64
    let intent: String?

    private enum CodingKeys: String, CodingKey {
        case id, status, amount
        case intent = "payment_intent"
    }
}

private struct StripePage<Item: Decodable>: Decodable {
    let data: [Item]
    let hasMore: Bool

    private enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
    }
}

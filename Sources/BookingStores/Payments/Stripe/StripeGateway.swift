public import Booking
import Inventory
public import Logging
public import ServiceLifecycle

/// Stripe, by its PaymentIntents.
///
/// A charge is two requests: one makes an intent, which moves no money, and one confirms it, which does so once at most.
/// So whatever goes wrong with the first, nothing was charged; and after the second the intent's id is known, by which
/// Stripe tells for certain what became of it. (One request for both would save a round trip, but could be looked up only
/// by a search that lags behind, or by a repetition that may charge.) Repeating the first with the same key gives the
/// same intent for a day; older ones are searched for.
///
/// Tokens are ids of payment methods, as Stripe's own form makes them in the customer's browser. Minor units are
/// Stripe's: yen have no decimals there either, dinars have three.
public struct StripeGateway: PaymentGateway, Service {
    /// Stripe may forget a key after 24 hours.
    private static let keyLifetime = Duration.seconds(23 * 3_600)
    /// How many refunds of one booking may fail. Lists are read up to this length too.
    private static let refundTries = 10
    /// The payment of a booking that costs nothing; Stripe takes no such payments.
    private static let free = "free"

    let client: StripeClient
    private let clock: any BookingClock

    /// Makes a gateway whose connections last until `run` ends.
    public init(configuration: StripeConfiguration, clock: any BookingClock, logger: Logger) {
        client = StripeClient(configuration: configuration, logger: logger)
        self.clock = clock
    }

    /// Keeps the connections until graceful shutdown; to be run around what charges.
    public func run() async throws {
        try? await gracefulShutdown()
        try await client.shutdown()
    }

    public func charge(_ charge: Charge) async throws(PaymentError) -> String {
        guard charge.amountMinor > 0 else { return Self.free }
        let id = try await intent(for: charge)
        let intent: StripeIntent
        do {
            intent = try await confirm(id, of: charge)
        } catch {
            throw PaymentError(moving: error)
        }
        switch intent.state {
        case .succeeded(let paymentID): return paymentID
        case .declined: throw PaymentError(.declined, intent.refusal)
        case .pending: throw PaymentError(.unanswered, "The payment is still being made.")
        case .unknown: throw PaymentError(.unavailable, "The payment service did not take up the payment.")
        }
    }

    public func refund(_ refund: Refund) async throws(PaymentError) {
        guard refund.amountMinor > 0 else { return }
        let earlier = try await refunds(for: refund)
        let made: StripeRefund
        if let open = earlier.first(where: { !$0.hasFailed }) {
            made = open
        } else {
            guard earlier.count < Self.refundTries else { throw PaymentError(.declined, .refundsFailed) }
            do {
                made = try await newRefund(refund, failures: earlier.count)
            } catch .refused(_, let details) where details.code == "charge_already_refunded" {
                // By hand.
                return
            } catch {
                throw PaymentError(moving: error)
            }
        }
        guard !made.hasFailed else { throw PaymentError(.declined, "The money could not be given back.") }
        guard made.status == "succeeded" else {
            throw PaymentError(.pending, "The money is on its way back, and has not arrived.")
        }
    }

    public func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        guard charge.amountMinor > 0 else { return .succeeded(paymentID: Self.free) }
        do {
            if isOld(charge) { return try await found(charge)?.state ?? .unknown }
            let id: String
            do {
                id = try await made(for: charge)
            } catch  where PaymentError(making: error).code == .declined {
                // An intent that cannot be made was never confirmed.
                return .declined
            }
            return try await intent(withID: id).state
        } catch {
            throw PaymentError(reading: error)
        }
    }
}

// MARK: - Intents

extension StripeGateway {
    /// - Returns: The id of the charge's one intent, new or not.
    private func intent(for charge: Charge) async throws(PaymentError) -> String {
        if isOld(charge) {
            do {
                if let found = try await found(charge) { return found.id }
            } catch {
                // A process that is no more may have charged.
                throw PaymentError(.unanswered, PaymentError(reading: error).message)
            }
        }
        do {
            return try await made(for: charge)
        } catch {
            throw PaymentError(making: error)
        }
    }

    private func made(for charge: Charge) async throws(StripeFailure) -> String {
        let intent: StripeIntent = try await client.post(
            "/v1/payment_intents",
            [
                "amount": "\(charge.amountMinor)", "currency": charge.currency.lowercased(),
                "payment_method": charge.token, "payment_method_types[]": "card",
                "metadata[\(StripeIntent.bookingKey)]": "\(charge.booking)",
            ], idempotencyKey: charge.idempotencyKey)
        return intent.id
    }

    private func confirm(_ id: String, of charge: Charge) async throws(StripeFailure) -> StripeIntent {
        do {
            return try await client.post(
                "/v1/payment_intents/\(id)/confirm", [:], idempotencyKey: "\(charge.idempotencyKey)-confirm")
        } catch .refused(status: 400, _), .refused(status: 404, _) {
            // An intent that has been confirmed before is not confirmed again. Only the intent tells what came of that.
            do { return try await intent(withID: id) } catch { throw .broken }
        }
    }

    private func intent(withID id: String) async throws(StripeFailure) -> StripeIntent {
        try await client.get("/v1/payment_intents/\(id)")
    }

    private func found(_ charge: Charge) async throws(StripeFailure) -> StripeIntent? {
        let query = "metadata['\(StripeIntent.bookingKey)']:'\(charge.booking)'"
        let result: StripeList<StripeIntent> = try await client.get(
            "/v1/payment_intents/search", query: ["query": query])
        return result.data.first { $0.status == "succeeded" } ?? result.data.first
    }

    private func isOld(_ charge: Charge) -> Bool {
        let age = clock.timestamp.millisecondsSince1970 - charge.booking.own.millisecondsSince1970
        return .milliseconds(age) > Self.keyLifetime
    }
}

// MARK: - Refunds

extension StripeGateway {
    /// The refunds that were made for a booking, the newest first. A key is remembered for a day; a list is complete.
    private func refunds(for refund: Refund) async throws(PaymentError) -> [StripeRefund] {
        do {
            let query = ["payment_intent": refund.paymentID, "limit": "\(Self.refundTries)"]
            let list: StripeList<StripeRefund> = try await client.get("/v1/refunds", query: query)
            return list.data.filter { $0.booking == refund.booking }
        } catch .refused(status: 404, _) {
            throw PaymentError(.declined, "There is no such charge to give back.")
        } catch {
            throw PaymentError(reading: error)
        }
    }

    /// - Parameter failures: How many refunds have failed before. What failed stays the answer to its key.
    private func newRefund(_ refund: Refund, failures: Int) async throws(StripeFailure) -> StripeRefund {
        let key = refund.idempotencyKey
        return try await client.post(
            "/v1/refunds",
            [
                "payment_intent": refund.paymentID, "amount": "\(refund.amountMinor)",
                "metadata[\(StripeIntent.bookingKey)]": "\(refund.booking)",
            ], idempotencyKey: failures == 0 ? key : "\(key)-\(failures + 1)")
    }
}

extension StripeRefund {
    /// Whether it has certainly moved no money, and never will.
    fileprivate var hasFailed: Bool { status == "failed" || status == "canceled" }
}

// MARK: - States

extension StripeIntent {
    fileprivate var state: ChargeState {
        switch status {
        case "succeeded": .succeeded(paymentID: id)
        case "processing": .pending
        case "requires_confirmation": .unknown
        // Nobody has what it takes to go on with it: a card was refused, or its bank wants to hear from its owner.
        default: .declined
        }
    }

    fileprivate var refusal: String {
        status == "requires_action" ? .authenticationRequired : lastError?.message ?? "The card was declined."
    }
}

// MARK: - Errors

extension PaymentError {
    /// What the failure of a request means that only asks.
    fileprivate init(reading failure: StripeFailure) {
        self.init(.unavailable, PaymentError(moving: failure).message)
    }

    /// What the failure of a request means that makes an intent.
    fileprivate init(making failure: StripeFailure) {
        let error = PaymentError(moving: failure)
        // Who has used the key before may have gone on and confirmed the intent.
        let isSafe = error.code == .unanswered && !failure.isOfKey
        self.init(isSafe ? .unavailable : error.code, error.message)
    }

    /// What the failure of a request means that may move money.
    fileprivate init(moving failure: StripeFailure) {
        switch failure {
        case .notSent:
            self.init(.unavailable, "The payment service could not be reached.")
        case .broken:
            self.init(.unanswered, "The payment service did not answer.")
        case .refused(402, let details) where details.code == "authentication_required":
            self.init(.declined, .authenticationRequired)
        case .refused(402, let details):
            self.init(.declined, details.message ?? "The card was declined.")
        // Judged before anything is done: a wrong key, too many requests.
        case .refused(401, _), .refused(403, _), .refused(429, _):
            self.init(.unavailable, "The payment service did not take the request.")
        case .refused where failure.isOfKey:
            self.init(.unanswered, "The payment is being made by another request.")
        case .refused(400..<500, let details) where details.type == "invalid_request_error":
            self.init(.declined, "The payment service cannot use this means of payment. Try another one.")
        case .refused:
            self.init(.unanswered, "The payment service failed.")
        }
    }
}

extension StripeFailure {
    /// Whether another request has the idempotency key: the same one at this moment, or a different one before.
    fileprivate var isOfKey: Bool {
        guard case .refused(let status, let details) = self else { return false }
        return status == 409 || details.type == "idempotency_error"
    }
}

extension String {
    fileprivate static let refundsFailed =
        "Refunds of this booking fail. Give the money back by hand, with the booking's id in the refund's metadata."
    fileprivate static let authenticationRequired =
        "Authentication required: the card's bank wants its owner to confirm the payment. Try another card."
}

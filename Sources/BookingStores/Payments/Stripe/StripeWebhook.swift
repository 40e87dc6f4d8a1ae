public import Booking
import Crypto
import Foundation
import Inventory

/// Reads Stripe's webhooks: <https://docs.stripe.com/webhooks#verify-manually>
public struct StripeWebhook: PaymentNoticeReader {
    private let secret: String
    private let clock: any BookingClock

    /// Makes a reader of what is signed with the secret of one webhook endpoint.
    public init(secret: String, clock: any BookingClock) {
        self.secret = secret
        self.clock = clock
    }

    public func notice(
        body: [UInt8], header: (_ name: String) -> String?
    ) throws(PaymentNoticeError) -> PaymentNotice? {
        guard let signature = header("Stripe-Signature"),
            Self.verify(body: body, signature: signature, now: clock.timestamp, secret: secret)
        else { throw PaymentNoticeError(.invalidSignature, "The message is not signed by Stripe, or too old.") }
        do {
            let decoder = JSONDecoder()
            let data = Data(body)
            switch try decoder.decode(StripeEvent.self, from: data).type {
            case "payment_intent.succeeded":
                return try decoder.decode(StripeIntentEvent.self, from: data).data.object.notice(isMade: true)
            case "payment_intent.payment_failed", "payment_intent.canceled":
                return try decoder.decode(StripeIntentEvent.self, from: data).data.object.notice(isMade: false)
            default:
                return nil
            }
        } catch {
            throw PaymentNoticeError(.malformed, "The event cannot be read.")
        }
    }

    /// Whether a message comes from who has the secret, and was signed within `tolerance` of now.
    ///
    /// - Parameter signature: The header's value: `t=<seconds since 1970>,v1=<hex>`, with a `v1` for each secret in use.
    static func verify(
        body: [UInt8], signature: String, now: Timestamp, secret: String, tolerance: Duration = .seconds(300)
    ) -> Bool {
        let fields = signature.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
        let values = fields.filter { $0.count == 2 }.map { (name: $0[0].trimmingPrefix(" "), value: $0[1]) }
        guard let time = values.first(where: { $0.name == "t" })?.value, let seconds = Int64(time) else { return false }
        // The sender's clock may be ahead as well as behind.
        let (age, isTooFar) = (now.millisecondsSince1970 / 1_000).subtractingReportingOverflow(seconds)
        guard !isTooFar, .seconds(age.magnitude) <= tolerance else { return false }
        let signed = Array("\(time).".utf8) + body
        let key = SymmetricKey(data: Array(secret.utf8))
        return values.contains { name, value in
            guard name == "v1", let code = [UInt8](hexadecimal: value) else { return false }
            // In constant time.
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
        }
    }
}

extension StripeIntent {
    /// Nil when the intent is not for a booking: the account may serve others too.
    fileprivate func notice(isMade: Bool) -> PaymentNotice? {
        booking.map { booking in
            PaymentNotice(
                booking: booking,
                state: isMade
                    ? .succeeded(
                        paymentID: id, amountMinor: amountReceived ?? amount, currency: currency.uppercased())
                    : .failed)
        }
    }
}

extension [UInt8] {
    fileprivate init?(hexadecimal text: Substring) {
        let values = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
        guard values.count == text.count, values.count.isMultiple(of: 2) else { return nil }
        self = stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}

/// Why a booking failed and what its customer can do now, in words for a person.
struct FailureAdvice {
    let reason: String
    let advice: String

    static let unknownReason = "Something went wrong on our side."
    static let unknownAdvice = "Nothing was booked. Please try again."

    init(_ failure: BookingNotice.Failure) {
        switch failure.code {
        case "payment_declined":
            reason = "Your payment was declined."
            advice = "We keep your places for a short while: please pay again with another card."
        case "payment_unavailable":
            reason = "The payment service did not answer."
            advice = "Please try again in a few minutes. A charge that reached your card is refunded."
        case "hold_expired":
            reason = "The time to buy the places that you chose ran out."
            advice = "Please choose places again and complete the payment before the time is over."
        default:
            let message = failure.message.singleLine
            reason = message.isEmpty ? Self.unknownReason : message
            advice = Self.unknownAdvice
        }
    }
}

/// Why a booking failed or was cancelled, and what its customer can do now, in words for a person.
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
            advice = """
                Should your payment arrive all the same, we write to you again: you get your places, or your money back. \
                If you hear nothing in a few minutes, please try again.
                """
        case "hold_expired":
            reason = "The time to buy the places that you chose ran out."
            advice = "Please choose places again and complete the payment before the time is over."
        case "not_accepted":
            reason = "We could not take your booking in time."
            advice = "Nothing was charged. Please try again."
        case "event_cancelled":
            reason = "The event was cancelled."
            advice = "If you have paid, your money goes back to you; there is nothing that you need to do."
        default:
            let message = failure.message.singleLine
            reason = message.isEmpty ? Self.unknownReason : message
            advice = Self.unknownAdvice
        }
    }
}

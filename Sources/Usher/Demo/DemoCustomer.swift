import Foundation

/// One customer, from the first look for places to the end of the booking.
struct DemoCustomer: Sendable {
    let plan: CustomerPlan
    let token: String
    let eventID: String
    let client: DemoClient

    /// Does what the plan says; what goes wrong is in the tally.
    func visit() async -> DemoTally {
        var tally = DemoTally()
        do {
            if let hold = try await hold(&tally) { try await use(hold, &tally) }
        } catch {
            tally.failures.append(error.description)
        }
        return tally
    }

    /// Asks for one wish after the other until one is granted.
    ///
    /// - Returns: The hold's id; nil when all wishes were refused.
    private func hold(_ tally: inout DemoTally) async throws(DemoError) -> String? {
        for wish in plan.wishes {
            tally.holdsAsked += 1
            let start = ContinuousClock.now
            let answer = try await client.post(
                "/api/events/\(eventID)/hold", HoldBody.Request(wish), token: token)
            tally.holdLatencies.add(.now - start)
            switch (answer.status, answer.problem?.code) {
            case (201, _):
                tally.holdsGranted += 1
                return try answer.decode(HoldBody.self).holdId
            case (409, "seats_unavailable"): tally.holdsRefused += 1
            default: throw answer.unexpected
            }
        }
        return nil
    }

    private func use(_ hold: String, _ tally: inout DemoTally) async throws(DemoError) {
        switch plan.intention {
        case .pay(let card):
            _ = try await book(hold, card: card, &tally)
        case .payDeclined(let triesAnotherCard):
            guard try await book(hold, card: CustomerPlan.declinedCard, &tally) == "failed", triesAnotherCard else {
                return
            }
            // A declined booking gives its places back to the hold.
            _ = try await book(hold, card: CustomerPlan.goodCard, &tally)
        case .release:
            let answer = try await client.delete("/api/events/\(eventID)/hold/\(hold)", token: token)
            // Gone already when a first answer was lost.
            guard [204, 404, 410].contains(answer.status) else { throw answer.unexpected }
            tally.holdsReleased += 1
        case .leave:
            tally.holdsLeft += 1
        }
    }

    /// Books a hold and follows the booking to its end.
    ///
    /// - Returns: The end state; nil when the hold was gone.
    private func book(_ hold: String, card: String, _ tally: inout DemoTally) async throws(DemoError) -> String? {
        let start = ContinuousClock.now
        let body = BookingBody.Request(holdId: hold, payment: BookingBody.Request.Payment(token: card))
        let answer = try await client.post("/api/booking", body, token: token, key: UUID().uuidString)
        let booking: String
        switch (answer.status, answer.problem?.code) {
        case (202, _):
            booking = try answer.decode(BookingBody.self).bookingId
        case (404, "hold_not_found"), (410, "hold_expired"), (410, "hold_released"):
            tally.holdsLost += 1
            return nil
        default:
            throw answer.unexpected
        }
        do {
            let end = try await client.end(ofBooking: booking, token: token)
            tally.bookings.append(DemoTally.FollowedBooking(id: booking, end: end.status))
            if end.status == "confirmed" { tally.confirmationLatencies.add(.now - start) }
            return end.status
        } catch {
            tally.bookings.append(DemoTally.FollowedBooking(id: booking, end: nil))
            throw error
        }
    }
}

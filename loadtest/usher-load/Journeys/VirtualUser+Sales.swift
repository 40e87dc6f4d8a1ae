import NIOCore

/// The steps of a sale, with what they count and check.
extension VirtualUser {
    /// How long a booking may take to its end.
    private static let patience = TimeAmount.seconds(60)

    /// Asks for seats, all or none.
    func hold(
        _ seats: Range<Int>, of event: Event, expecting: ExpectedStatuses = .hold
    ) async throws(RequestFailure) -> Response {
        wish(for: seats, of: event)
        let answer = try await post(event.holdPath, event.holdBody(of: seats), name: "hold", expecting: expecting)
        check("held or refused", expecting.contains(answer.status))
        switch answer.status {
        case 201: count("holds")
        // A 409 may also say that the customer has too many places, or that the sale is over.
        case 409: count(answer.contains("\"seats_unavailable\"") ? "hold_conflicts" : "hold_refusals")
        case 429: count("rate_limited")
        case 503: count("overloaded")
        default: break
        }
        return answer
    }

    /// Buys what a hold has; nil when that was not accepted.
    func book(_ hold: String, card: String) async throws(RequestFailure) -> Booking? {
        let start = NIODeadline.now()
        let answer = try await post(
            "/api/booking", "{\"hold_id\":\"\(hold)\",\"payment\":{\"token\":\"\(card)\"}}", name: "book",
            expecting: ExpectedStatuses(202))
        guard check("booked", answer.status == 202), let id = answer.text(of: "booking_id"),
            let stream = answer.text(of: "stream"), let owner = answer.text(of: "user_id")
        else { return nil }
        count("bookings")
        return Booking(id: id, owner: owner, stream: stream, start: start)
    }

    /// Watches a booking until it is confirmed or failed; nil when that is not to be seen.
    func end(of booking: Booking) async throws(RequestFailure) -> Booking.End? {
        var end: Booking.End?
        var time = NIODeadline.now()
        try await stream(booking.stream, name: "booking_stream", upTo: Self.patience) { event in
            end = Booking.End(event.data)
            time = event.arrival
            return end == nil ? .more : .stop
        }
        switch end {
        case .confirmed:
            count("bookings_confirmed")
            trend("booking_to_confirmed", time - booking.start)
        case .failed: count("bookings_failed")
        case nil: break
        }
        return end
    }

    func cancel(_ booking: Booking) async throws(RequestFailure) {
        let answer = try await delete(booking.path, name: "cancel", expecting: ExpectedStatuses(200))
        if check("cancelled", answer.contains("\"status\":\"cancelled\"")) { count("bookings_cancelled") }
    }
}

/// A booking that the server has accepted.
struct Booking {
    enum End {
        case confirmed, failed

        /// - Parameter data: Of a stream's event; nil when it tells of no end.
        init?(_ data: ByteBuffer) {
            if data.contains("\"status\":\"confirmed\"") {
                self = .confirmed
            } else if data.contains("\"status\":\"failed\"") {
                self = .failed
            } else {
                return nil
            }
        }
    }

    let id: String
    /// The id of the customer's account.
    let owner: String
    /// The path of its stream, with the ticket for it.
    let stream: String
    /// When it was asked for.
    let start: NIODeadline

    var path: String { "/api/booking/\(id)" }
}

extension ExpectedStatuses {
    /// To who asks for seats: they are held, or are not to be had.
    static let hold = ExpectedStatuses(201, 409)
}

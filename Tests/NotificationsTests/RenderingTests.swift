import Foundation
import KafkaDriver
import Testing

@testable import Notifications

@Suite("A mail's words")
struct RenderingTests {
    @Test("tell a confirmed booking: what, where, when, which places, how much")
    func confirmed() throws {
        let mail = try BookingEvent().mail()
        #expect(mail.subject == "Your places for Spring Gala")
        #expect(mail.recipient.address == "ada@example.org")
        for body in [mail.text, mail.html] {
            for fact in [
                "confirmed", "Spring Gala", "Grand Hall", "Monday, 1 March 2027, 19:30 UTC",
                "STALLS, row 3, seats 17–18: 2 × 85.00 EUR", "FLOOR: 2 × 45.00 EUR", "260.00 EUR",
                BookingEvent().booking,
            ] {
                #expect(body.contains(fact))
            }
        }
        #expect(!mail.text.contains("<"))
    }

    @Test(
        "tell why a booking failed and what to do",
        arguments: [
            ("payment_declined", "declined", "another card"), ("hold_expired", "ran out", "choose places again"),
            ("payment_unavailable", "did not answer", "try again"), ("out_of_ink", "The ink ran dry.", "try again"),
            ("not_accepted", "could not take your booking", "Nothing was charged"),
            ("event_cancelled", "event was cancelled", "your money goes back"),
        ])
    func failed(_ code: String, _ reason: String, _ advice: String) throws {
        var event = BookingEvent(type: "usher.booking.failed")
        event.failure = ["code": code, "message": "The ink ran dry."]
        let mail = try event.mail()
        #expect(mail.subject == "Your booking for Spring Gala did not succeed")
        for body in [mail.text, mail.html] {
            #expect(body.contains(reason))
            #expect(body.contains(advice))
            #expect(!body.contains("Total paid"))
        }
    }

    @Test("tell of a failure without a reason too")
    func failedWithoutReason() throws {
        #expect(try BookingEvent(type: "usher.booking.failed").mail().text.contains("Something went wrong"))
    }

    @Test("tell a cancelled booking, and the refund if there is one")
    func cancelled() throws {
        var event = BookingEvent(type: "usher.booking.cancelled")
        #expect(try !event.mail().text.contains("card"))
        event.refund = ["amount": 26000, "status": "pending"]
        event.failure = ["code": "event_cancelled", "message": "x"]
        let mail = try event.mail()
        #expect(mail.subject == "Your booking for Spring Gala is cancelled")
        for body in [mail.text, mail.html] {
            for fact in [
                "booking is cancelled", "The event was cancelled", "no longer valid",
                "260.00 EUR goes back to the card", "Grand Hall",
            ] {
                #expect(body.contains(fact))
            }
        }
        #expect(mail.attachments.isEmpty)
    }

    @Test("tell of money that goes back although the booking failed: it was paid too late")
    func failedWithRefund() throws {
        var event = BookingEvent(type: "usher.booking.failed")
        event.refund = ["amount": 26000, "status": "pending"]
        #expect(try event.mail().text.contains("260.00 EUR goes back to the card"))
    }

    @Test("tell a refund with its amount")
    func refunded() throws {
        var event = BookingEvent(type: "usher.booking.refunded")
        event.refund = ["amount": 1234, "status": "refunded"]
        let mail = try event.mail()
        #expect(mail.subject == "Your refund for Spring Gala")
        for body in [mail.text, mail.html] { #expect(body.contains("We have refunded 12.34 EUR.")) }
        #expect(!mail.text.contains("Total paid"))
    }

    @Test("remind of an event, with the tickets again")
    func reminder() throws {
        let mail = try BookingEvent(type: "usher.booking.reminder").mail()
        #expect(mail.subject == "Soon: Spring Gala")
        for body in [mail.text, mail.html] {
            for fact in ["about to begin", "Monday, 1 March 2027, 19:30 UTC", "STALLS, row 3, seats 17–18"] {
                #expect(body.contains(fact))
            }
        }
        #expect(try mail.tickets == BookingEvent().mail().tickets)
    }

    @Test("are laid out for people to read")
    func layout() throws {
        let failed = try BookingEvent(type: "usher.booking.failed").mail().text
        #expect(
            failed == """
                Your booking did not succeed.

                Something went wrong on our side.
                Nothing was booked. Please try again.

                Spring Gala
                Grand Hall
                Monday, 1 March 2027, 19:30 UTC

                  FLOOR: 2 × 45.00 EUR
                  STALLS, row 3, seats 17–18: 2 × 85.00 EUR

                Booking: \(BookingEvent().booking)

                """)
        var event = BookingEvent()
        event.claims = [["unit": "FLOOR", "quantity": 2, "price": 4500]]
        let mail = try event.mail()
        #expect(
            mail.text == """
                Your booking is confirmed.

                Spring Gala
                Grand Hall
                Monday, 1 March 2027, 19:30 UTC

                  FLOOR: 2 × 45.00 EUR

                Total paid: 260.00 EUR
                Booking: \(BookingEvent().booking)

                Your tickets, one for each place:

                  1. FLOOR
                  \(mail.tickets[0].token)

                  2. FLOOR
                  \(mail.tickets[1].token)

                Please bring this mail with you. We look forward to seeing you.

                """)
    }

    @Test("escape whatever an organizer or customer wrote")
    func hostileNames() throws {
        var event = BookingEvent(type: "usher.booking.failed")
        event.name = "<script>alert('1')</script> & {{total}}"
        event.venue = "</p><img src=x onerror=\"x()\">"
        event.claims = [["unit": "<b>-1-2", "quantity": 1, "price": 1]]
        event.failure = ["code": "<i>", "message": "<iframe>"]
        event.currency = "<u>"
        let html = try event.mail().html
        for tag in ["<script", "<img", "<b>", "<i>", "<iframe", "<u>"] {
            #expect(!html.contains(tag))
        }
        #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; {{total}}"))
    }

    @Test("keep each name to one line of bounded length")
    func multilineNames() throws {
        var event = BookingEvent()
        event.name = "Gala\r\n\r\nTotal paid: 0.00 EUR\u{202E}" + String(repeating: "x", count: 10_000)
        let mail = try event.mail()
        #expect(!mail.text.split(separator: "\n").contains { $0.hasPrefix("Total paid: 0.00") })
        #expect(!mail.text.unicodeScalars.contains("\u{202E}"))
        #expect(mail.text.utf8.count < 3_000)
        #expect(mail.subject.utf8.count < 300)
    }

    @Test("are the same for the same event")
    func deterministic() throws {
        #expect(try BookingEvent().mail().mimeMessage == BookingEvent().mail().mimeMessage)
    }
}

@Suite("Amounts and places")
struct AmountsAndPlacesTests {
    @Test(
        "an amount has its currency's digits",
        arguments: [
            (8500, "EUR", "85.00 EUR"), (1200, "JPY", "1200 JPY"), (12345, "KWD", "12.345 KWD"), (5, "EUR", "0.05 EUR"),
            (0, "JPY", "0 JPY"), (-5, "EUR", "-0.05 EUR"), (.min, "JPY", "-9223372036854775808 JPY"),
            (1, "CLF", "0.0001 CLF"), (100, "???", "1.00 ???"),
        ] as [(Int64, String, String)])
    func money(_ minorUnits: Int64, _ currency: String, _ expected: String) {
        #expect(Money(minorUnits: minorUnits, currency: currency).description == expected)
    }

    private func names(_ claims: [(unit: String, quantity: Int32, price: Int64)]) -> [String] {
        PlaceGroup.groups(of: claims.map { .init(unit: $0.unit, quantity: $0.quantity, price: $0.price) })
            .map { "\($0.quantity) × \($0.name)" }
    }

    @Test("seats are grouped by row, neighbours joined, in the order of the house")
    func seats() {
        let units = ["S-10-1", "S-2-4", "S-2-2", "S-2-1", "S-2-3", "S-2-9", "R-1-1"]
        #expect(
            names(units.map { ($0, 1, 100) })
                == ["1 × R, row 1, seat 1", "5 × S, row 2, seats 1–4, 9", "1 × S, row 10, seat 1"])
    }

    @Test("places of different prices stay apart")
    func prices() {
        #expect(names([("S-1-1", 1, 100), ("S-1-2", 1, 200)]) == ["1 × S, row 1, seat 1", "1 × S, row 1, seat 2"])
        #expect(names([("FLOOR", 2, 100), ("FLOOR", 3, 200)]) == ["2 × FLOOR", "3 × FLOOR"])
    }

    @Test("what is no seat is shown as it is", arguments: ["", "-", "A-1", "A-1-x", "A-1-2-3", "A-1-99999999999"])
    func odd(_ unit: String) {
        #expect(names([(unit, 1, 1)]) == ["1 × \(unit)"])
    }

    @Test("extreme numbers do no harm")
    func extremes() {
        let claims = (0..<3).map { _ in (unit: "S-1-\(Int32.max)", quantity: Int32.max, price: Int64.max) }
        #expect(names(claims) == ["\(3 * Int(Int32.max)) × S, row 1, seats \(Int32.max)"])
    }
}

@Suite("A booking event")
struct BookingNoticeTests {
    @Test("is read", arguments: ["2027-02-01T10:09:30.250Z", "2027-02-01T10:09:30Z", "2027-02-01T12:09:30+02:00"])
    func read(_ time: String) throws {
        let notice = try #require(try BookingNotice(BookingEvent(time: time).message()))
        #expect(Int(notice.time.timeIntervalSince1970) == 1_801_476_570)
        #expect(notice.id.description == "17-1042")
        #expect(notice.kind == .confirmed)
    }

    @Test(
        "of another type is none of our business, whatever is in it",
        arguments: ["usher.booking.queued", "usher.unheard.of", ""])
    func otherTypes(_ type: String) throws {
        var message = try BookingEvent(type: type).message()
        message.value = []
        #expect(try BookingNotice(message) == nil)
    }

    private func complaint(_ change: (inout KafkaMessage) throws -> Void) throws -> String {
        var message = try BookingEvent().message()
        try change(&message)
        let error = #expect(throws: MalformedNotice.self) { try BookingNotice(message) }
        return try #require(error).description
    }

    @Test("without a header is malformed", arguments: ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"])
    func missingHeader(_ name: String) throws {
        #expect(try complaint { $0.headers.removeAll { $0.name == name } }.contains(name))
    }

    @Test(
        "with a value that is not what it should be is malformed",
        arguments: ["", "{", "null", "[]", "\u{FF}", "{\"booking_id\": 1}"])
    func badValue(_ value: String) throws {
        _ = try complaint { $0.value = Array(value.utf8) }
    }

    @Test("is malformed in a place that can be named, and its content is not told")
    func complaints() throws {
        var event = BookingEvent()
        event.email = "secret address"
        #expect(try complaint { $0.value = try event.value } == "email is no address that mail can go to")
        event.booking = "secret"
        #expect(try complaint { $0.value = try event.value } == "booking_id is malformed")
        event = BookingEvent()
        event.claims = [["unit": "secret", "quantity": "secret", "price": 1]]
        #expect(try complaint { $0.value = try event.value } == "claims.Index 0.quantity has another type")
        event.claims = [["unit": "secret", "price": 1]]
        #expect(try complaint { $0.value = try event.value } == "claims.Index 0.quantity is missing")
        event = BookingEvent(type: "usher.booking.refunded")
        #expect(try complaint { $0 = try event.message() } == "refund is missing")
    }
}

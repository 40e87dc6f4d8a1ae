import Foundation
import Inventory
import Testing
import Tickets

@testable import Notifications

@Suite("The tickets in a mail")
struct TicketMailTests {
    @Test("are one for each place, in the order of the claims, and hold at the door")
    func tickets() throws {
        let event = BookingEvent()
        let mail = try event.mail()
        #expect(
            mail.tickets.map(\.place)
                == ["STALLS, row 3, seat 18", "STALLS, row 3, seat 17", "FLOOR", "FLOOR"])
        let verifier = try TicketVerifier(publicKey: TicketSigner.forTests.publicKey)
        let booking = try #require(BookingID(event.booking))
        for (index, ticket) in mail.tickets.enumerated() {
            #expect(try verifier.verify(ticket.token) == Ticket(booking: booking, place: UInt16(index)))
            #expect(mail.text.contains("  \(index + 1). \(ticket.place)\n  \(ticket.token)\n"))
            #expect(mail.html.contains("<li>\(ticket.place)<br>"))
            #expect(mail.html.contains(ticket.token))
        }
    }

    @Test("come as pictures too, and with an entry for the calendar, as another parser reads them")
    func attachments() throws {
        let mail = try BookingEvent().mail()
        let parsed = try ParsedMail(mail.mimeMessage)
        #expect(parsed.defects.isEmpty)
        #expect(
            parsed.attachments.map(\.name)
                == ["ticket-1.png", "ticket-2.png", "ticket-3.png", "ticket-4.png", "event.ics"])
        #expect(parsed.attachments.map(\.type) == Array(repeating: "image/png", count: 4) + ["text/calendar"])
        #expect(parsed.attachments.prefix(4).map { $0.bytes } == mail.tickets.map { QRCode.png($0.token) })
    }

    @Test("beyond twenty are text alone")
    func many() throws {
        var event = BookingEvent()
        event.claims = [["unit": "FLOOR", "quantity": 25, "price": 1]]
        let mail = try event.mail()
        #expect(mail.tickets.count == 25)
        #expect(mail.attachments.map(\.name) == (1...20).map { "ticket-\($0).png" } + ["event.ics"])
        #expect(mail.tickets.allSatisfy { mail.text.contains($0.token) })
    }

    @Test("are none for a booking that did not succeed", arguments: ["failed", "cancelled"])
    func none(_ type: String) throws {
        let mail = try BookingEvent(type: "usher.booking.\(type)").mail()
        #expect(mail.tickets.isEmpty)
        #expect(mail.attachments.isEmpty)
        #expect(!mail.html.contains("<ol>"))
    }

    @Test("are never more than their format can number")
    func bounded() throws {
        let event = BookingEvent()
        var notice = try #require(try BookingNotice(event.message()))
        notice.booking.claims = [
            .init(unit: "FLOOR", quantity: 65_530, price: 1), .init(unit: "X", quantity: 10, price: 1),
        ]
        #expect(try notice.booking.tickets(signedBy: .forTests).count == 65_536)
    }
}

@Suite("An entry for the calendar")
struct CalendarEntryTests {
    private func text(summary: String = "Spring Gala", location: String = "Grand Hall") -> String {
        CalendarEntry(
            id: "booking@usher.example", writtenAt: Date(timeIntervalSince1970: 1_801_476_570),
            startsAt: Date(timeIntervalSince1970: 1_803_929_400), summary: summary, location: location
        ).text
    }

    @Test("has what RFC 5545 asks for, line by line")
    func lines() {
        #expect(
            text()
                == [
                    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Usher//Usher 1//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
                    "UID:booking@usher.example", "DTSTAMP:20270201T100930Z", "DTSTART:20270301T193000Z",
                    "SUMMARY:Spring Gala", "LOCATION:Grand Hall", "END:VEVENT", "END:VCALENDAR", "",
                ].joined(separator: "\r\n"))
    }

    @Test(
        "carries any name unharmed, and none becomes a property",
        arguments: [
            "a;b,c\\d", "line\nEND:VEVENT", "line\r\nATTACH:x", "\\n", "", "Größe 🎭 劇場",
            String(repeating: "é", count: 200), String(repeating: "🎭x", count: 99), String(repeating: ",", count: 75),
        ])
    func anyText(_ name: String) throws {
        let text = text(summary: name, location: name)
        #expect(text.utf8.split(separator: UInt8(ascii: "\r")).allSatisfy { $0.count <= 76 }, "75 and the line feed")
        #expect(!text.replacing("\r\n", with: "").contains { $0 == "\n" || $0 == "\r" })
        let unfolded = text.replacing("\r\n ", with: "").split(separator: "\r\n")
        #expect(unfolded.count == 12)
        for property in ["SUMMARY:", "LOCATION:"] {
            let value = try #require(unfolded.first { $0.hasPrefix(property) }).dropFirst(property.count)
            #expect(unescaped(value) == name.replacing("\r\n", with: "\n"))
        }
    }

    @Test("escapes what has a meaning of its own")
    func escaping() {
        #expect(text(summary: "a;b,c\\d:e\nf").contains("\r\nSUMMARY:a\\;b\\,c\\\\d:e\\nf\r\n"))
    }

    private func unescaped(_ value: Substring) -> String {
        var result = ""
        var rest = value[...]
        while let character = rest.popFirst() {
            guard character == "\\", let escaped = rest.popFirst() else {
                result.append(character)
                continue
            }
            result.append(escaped == "n" ? "\n" : escaped)
        }
        return result
    }
}

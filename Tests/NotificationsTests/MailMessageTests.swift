import Foundation
import Testing

@testable import Notifications

@Suite("A mail on the wire", .timeLimit(.minutes(1)))
struct MailMessageTests {
    private let mail: Mail

    init() throws {
        mail = Mail(
            id: try #require(MailID(eventID: "17:1042")), event: "usher.booking.confirmed",
            sender: try #require(MailAddress("Usher Tickets <tickets@usher.example>")),
            recipient: try #require(MailAddress(address: "ada@example.org")),
            subject: "Your places", date: Date(timeIntervalSince1970: 1_801_476_570), text: "Hello\n",
            html: "<p>Hello\n")
    }

    private func parsed(_ change: (inout Mail) -> Void = { _ in }) throws -> ParsedMail {
        var mail = mail
        change(&mail)
        return try ParsedMail(mail.mimeMessage)
    }

    @Test("has every header that a mail needs, and two alternatives, as another parser reads them")
    func wellFormed() throws {
        let parsed = try parsed()
        #expect(parsed.defects.isEmpty)
        #expect(parsed.from == [["Usher Tickets", "tickets@usher.example"]])
        #expect(parsed.to == [["", "ada@example.org"]])
        #expect(parsed.subject == "Your places")
        #expect(parsed.date == "2027-02-01T10:09:30+00:00")
        #expect(parsed.messageID == "<17-1042@usher.usher.example>")
        #expect(parsed.type == "multipart/alternative")
        #expect(parsed.parts.map(\.type) == ["text/plain", "text/html"])
    }

    @Test(
        "carries any text unharmed",
        arguments: [
            "", ".", ".\n..\n.", "a=b", "trailing space \ntab\t\nend ", "--=_usher_alternative--",
            "Größe 🎭 ‎\u{0}\u{7F}",
            String(repeating: "x", count: 500), String(repeating: "é", count: 500), "\n\n\n", "From me",
        ])
    func anyText(_ text: String) throws {
        let parsed = try parsed {
            $0.text = text
            $0.html = text
        }
        #expect(parsed.defects.isEmpty)
        #expect(parsed.parts.map(\.content) == [text, text])
    }

    @Test("carries files of any bytes beside the two alternatives", arguments: [0, 1, 57, 58, 5_000])
    func attachments(_ size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let parsed = try parsed {
            $0.text = "--=_usher_mixed--"
            $0.attachments = [
                .init(name: "a.png", type: "image/png", content: bytes),
                .init(
                    name: "b.ics", type: "text/calendar; charset=utf-8; method=PUBLISH", content: Array("é\r\n".utf8)),
            ]
        }
        #expect(parsed.defects.isEmpty)
        #expect(parsed.type == "multipart/mixed")
        #expect(parsed.parts.map(\.type) == ["text/plain", "text/html"])
        #expect(parsed.parts[0].content == "--=_usher_mixed--")
        #expect(parsed.attachments.map(\.name) == ["a.png", "b.ics"])
        #expect(parsed.attachments.map(\.type) == ["image/png", "text/calendar"])
        #expect(parsed.attachments[0].bytes == bytes)
        #expect(parsed.attachments[1].bytes == Array("é\r\n".utf8))
    }

    @Test("turns every kind of line break into CR LF")
    func lineBreaks() throws {
        #expect(try parsed { $0.text = "a\r\nb\rc\nd" }.parts[0].content == "a\nb\nc\nd")
    }

    @Test(
        "shows any subject as it is, on one line",
        arguments: [
            "Größe 🎭", String(repeating: "long ", count: 40) + "end", String(repeating: "🎭é", count: 60),
            "=?UTF-8?B?Zm9v?=", "a \"quoted\" <subject>",
        ])
    func anySubject(_ subject: String) throws {
        let parsed = try parsed { $0.subject = subject }
        #expect(parsed.defects.isEmpty)
        #expect(parsed.subject == subject)
    }

    @Test(
        "cannot be given a header through its subject or a name",
        arguments: ["\r\nBcc: eve@example.org", "\nBcc: eve@example.org", "\rBcc: x", "\u{2028}Bcc: x", "é\r\nBcc: x"])
    func headerInjection(_ break: String) throws {
        let expected = try parsed().headers
        let hostileSender = try #require(MailAddress(address: "tickets@usher.example", name: "Usher" + `break`))
        let parsed = try parsed {
            $0.subject = "Your places" + `break`
            $0.sender = hostileSender
        }
        #expect(parsed.headers == expected)
        #expect(parsed.subject.hasPrefix("Your places"))
        #expect(parsed.from.map { $0[1] } == ["tickets@usher.example"])
        #expect(parsed.defects.isEmpty)
    }

    @Test("shows a sender's name in any language", arguments: ["Usher \"Live\" \\ Co.", "Théâtre, Genève", "劇場"])
    func senderNames(_ name: String) throws {
        let sender = try #require(MailAddress(address: "tickets@usher.example", name: name))
        let parsed = try parsed { $0.sender = sender }
        #expect(parsed.from == [[name, "tickets@usher.example"]])
        #expect(parsed.defects.isEmpty)
    }
}

@Suite("An address")
struct MailAddressTests {
    @Test(
        "is local@domain",
        arguments: ["a@b", "ada.lovelace+tickets@mail.example.org", "o'neil@example.org", "x@xn--bcher-kva.example"])
    func accepted(_ text: String) throws {
        #expect(MailAddress(address: text)?.address == text)
    }

    @Test(
        "is nothing that could reach further than one recipient",
        arguments: [
            "", "@", "a@", "@b", "a", "a@b@c", "a@b,c@d", "a@b c", "a b@c", "<a@b>", "a@b>\r\nRCPT TO:<c@d", "a@b\n",
            "a..b@c", ".a@c", "a.@c", "a@b..c", "a@[127.0.0.1]", "\"a b\"@c", "ä@example.org", "a@bücher.example",
            String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 64), "a\u{0}@b",
            "a@" + String(repeating: "b.", count: 130) + "c",
        ])
    func refused(_ text: String) {
        #expect(MailAddress(address: text) == nil)
    }

    @Test("is read with a name")
    func withName() throws {
        let address = try #require(MailAddress("Usher Tickets <tickets@usher.example>"))
        #expect(address.name == "Usher Tickets")
        #expect(address.address == "tickets@usher.example")
        #expect(address.domain == "usher.example")
        #expect(MailAddress(address.description) == address)
        #expect(MailAddress("<a@b>")?.name == nil)
        #expect(MailAddress("Usher <a@b") == nil)
    }
}

@Suite("A mail's id")
struct MailIDTests {
    @Test("is readable and safe in a file's name and a header")
    func safe() {
        #expect(MailID(eventID: "17:1042")?.description == "17-1042")
        #expect(MailID(eventID: "../a b<>\r\n")?.description == "=2E=2E=2Fa=20b=3C=3E=0D=0A")
    }

    @Test("differs where the events' ids differ")
    func injective() {
        let ids = ["1:2", "1-2", "1.2", "1_2", "12", "1=3A2", "1=2"]
        #expect(Set(ids.compactMap { MailID(eventID: $0) }).count == ids.count)
    }

    @Test("has bounds")
    func bounded() {
        #expect(MailID(eventID: "") == nil)
        #expect(MailID(eventID: String(repeating: "x", count: 64)) != nil)
        #expect(MailID(eventID: String(repeating: "x", count: 65)) == nil)
    }
}

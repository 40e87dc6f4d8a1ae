import KafkaDriver
import Testing

@testable import Notifications

@Suite("Dead letters", .timeLimit(.minutes(1)))
struct DeadLetterTests {
    private let stage = Stage()

    private func text(_ header: String, of letter: KafkaMessage) -> String { letter.header(header) ?? "" }

    @Test("are the messages whose mail does not go out, as they came, with the reason; the rest goes on")
    func kept() async throws {
        let refused = BookingEvent(id: "1:2")
        let unreadable = BookingEvent(id: "1:3", email: "secret, not an address")
        try await stage.publish([BookingEvent(id: "1:1"), refused, unreadable, BookingEvent(id: "1:4")])
        let transport = WatchedTransport(refusing: "1-2")
        try await stage.notify(through: transport, tries: 3) { await transport.received(2, refused: 3) }

        let letters = try await stage.deadLetters(2).sorted { text("ce_id", of: $0) < text("ce_id", of: $1) }
        for (letter, event) in zip(letters, [refused, unreadable]) {
            #expect(letter.key == Array(event.id.utf8))
            #expect(try letter.value.count == event.value.count)
            #expect(Array(letter.headers.prefix(event.headers.count)) == event.headers)
            #expect(Timestamp(text("dlq_time", of: letter)) != nil)
        }
        #expect(letters.map { text("dlq_tries", of: $0) } == ["3", "0"])
        #expect(text("dlq_reason", of: letters[0]) == "as the test wants it")
        #expect(text("dlq_reason", of: letters[1]).contains("email is no address"))
        #expect(!text("dlq_reason", of: letters[1]).contains("secret"))

        let second = WatchedTransport()
        try await stage.publish([BookingEvent(id: "1:5")])
        try await stage.notify(through: second) { await second.received(1) }
        #expect(second.mails == ["1-5"], "they are committed")
    }

    @Test("are tried again by a replay, which sends what it can and puts back the rest")
    func replayed() async throws {
        let events = (1...5).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) }
        try await stage.publish(events + [BookingEvent(id: "1:6", email: "?")])
        let never = Refusal()
        try await stage.notify(through: never) { _ = try await stage.deadLetters(6) }

        let some = WatchedTransport(refusing: "1-2", with: .rejected)
        #expect(try await stage.replay(through: some) == .init(sent: 4, settled: 0, putBack: 2))
        #expect(some.mails.sorted() == ["1-1", "1-3", "1-4", "1-5"])

        let letters = try await stage.deadLetters(8)
        let headers = letters.flatMap(\.headers).filter { $0.name == "dlq_reason" }
        #expect(headers.count == 8, "one reason each, the last one")

        let all = WatchedTransport()
        #expect(try await stage.replay(through: all) == .init(sent: 1, settled: 0, putBack: 1))
        #expect(all.mails == ["1-2"])
        #expect(try await stage.replay(through: all) == .init(sent: 0, settled: 0, putBack: 1))
    }

    @Test("whose mail has gone out since are not sent again")
    func settled() async throws {
        try await stage.publish([BookingEvent(id: "1:1")])
        try await stage.notify(through: Refusal()) { _ = try await stage.deadLetters(1) }
        try await stage.publish([BookingEvent(id: "1:1")])
        let transport = WatchedTransport()
        try await stage.notify(through: transport) { await transport.received(1) }
        #expect(try await stage.replay(through: transport) == .init(sent: 0, settled: 1, putBack: 0))
        #expect(transport.mails == ["1-1"])
    }

    @Test("wait for a broker that is away: the message is not committed before")
    func brokerAway() async throws {
        try await stage.publish([BookingEvent(id: "1:1")])
        let first = WatchedTransport(refusing: "1-1", with: .rejected)
        try await stage.notify(through: first, deadLetterBrokers: "127.0.0.1:1") { await first.received(0, refused: 1) }
        let second = WatchedTransport(refusing: "1-1", with: .rejected)
        try await stage.notify(through: second) { _ = try await stage.deadLetters(1) }
        #expect(second.mails.isEmpty)
    }

    @Test("are counted for the person who replays them")
    func counts() {
        #expect(
            "\(DeadLetterReplay.Counts(sent: 1, settled: 2, putBack: 3))"
                == "6 dead letters: 1 sent, 2 settled before, 3 put back")
        #expect("\(DeadLetterReplay.Counts(sent: 1))" == "1 dead letter: 1 sent, 0 settled before, 0 put back")
    }
}

/// Refuses every mail for good.
private struct Refusal: MailTransport {
    func send(_ mail: Mail) async throws {
        throw MailError(.rejected, "as the test wants it")
    }
}

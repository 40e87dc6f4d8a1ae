import Foundation
import KafkaDriver
import LocalStack
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Notifications

@Suite("From Kafka to the customer", .timeLimit(.minutes(1)))
struct NotifierTests {
    private let stage = Stage()

    @Test("each event that concerns a customer becomes one mail, and nothing else does")
    func endToEnd() async throws {
        try await withTemporaryDirectory { path in
            try await stage.publish([
                BookingEvent(id: "1:1", type: "usher.booking.queued"), BookingEvent(id: "1:2"),
                BookingEvent(id: "1:3", type: "usher.booking.failed", booking: BookingEvent.booking(2)),
                BookingEvent(id: "1:4", type: "usher.unheard.of"), BookingEvent(id: "1:5", email: "?"),
                BookingEvent(id: "1:6", booking: BookingEvent.booking(3)),
                BookingEvent(id: "1:7", type: "usher.booking.cancelled"),
                BookingEvent(id: "1:8", type: "usher.booking.refunded", refund: ["amount": 1, "status": "refunded"]),
                BookingEvent(id: "1:9", type: "usher.booking.reminder", booking: BookingEvent.booking(3)),
            ])
            let transport = WatchedTransport(try MaildirTransport(directory: path, isUrgent: true))
            try await stage.notify(through: transport) { await transport.received(6) }
            let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(files == [2, 3, 6, 7, 8, 9].map { "1-\($0).eml" })
            let parsed = try ParsedMail(Array(Data(contentsOf: URL(filePath: path + "/1-2.eml"))))
            #expect(parsed.defects.isEmpty)
            #expect(parsed.subject == "Your places for Spring Gala")
        }
    }

    @Test("what is out is committed: the next notifier goes on where the last one ended")
    func resume() async throws {
        try await stage.publish((1...20).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) })
        let first = WatchedTransport()
        try await stage.notify(through: first) { await first.received(20) }
        try await stage.publish((21...25).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) })
        let second = WatchedTransport()
        try await stage.notify(through: second) { await second.received(5) }
        #expect(second.mails.sorted() == (21...25).map { "1-\($0)" })
    }

    @Test("a mail that cannot go out holds up the commit, and goes out with the next notifier, alone")
    func interrupted() async throws {
        try await stage.publish((1...4).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) })
        let first = WatchedTransport(refusing: "1-2")
        try await stage.notify(through: first) { await first.received(3, refused: 2) }
        #expect(first.mails.sorted() == ["1-1", "1-3", "1-4"])
        let second = WatchedTransport()
        try await stage.notify(through: second) { await second.received(1) }
        #expect(second.mails == ["1-2"])
    }

    @Test("a message that comes again sends no second mail", arguments: InboxKind.allCases)
    func redelivery(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let events = (1...100).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) }
            try await stage.publish(events + events.prefix(20))
            let first = WatchedTransport()
            try await stage.notify(through: first, inbox: inbox) { await first.received(100) }
            #expect(Set(first.mails).count == 100)

            // Another group reads all of it from the start.
            try await stage.publish([BookingEvent(id: "1:101")])
            let second = WatchedTransport()
            try await stage.notify(through: second, inbox: inbox, group: "another") { await second.received(1) }
            #expect(second.mails == ["1-101"])
        }
    }

    @Test("while partitions move to another member, each mail goes out once", arguments: InboxKind.allCases)
    func rebalance(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            // Few enough for the first member to have begun them all when the second one gets its share.
            try await stage.publish(
                (1...60).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) }, partitions: 4)
            let gate = Gate()
            let transport = WatchedTransport(behind: gate)
            let watched = WatchedInbox(inbox, noticing: "two")
            try await stage.notify(through: transport, inbox: watched, member: "one") {
                await gate.reached(by: 60)
                try await stage.notify(through: transport, inbox: watched, member: "two") {
                    await watched.noticed()
                    await gate.open()
                    await transport.received(60)
                }
            }
            #expect(Set(transport.mails).count == 60)
            #expect(transport.mails.count == 60)
        }
    }

    @Test("what a killed notifier was about to send is anybody's once it is back", arguments: InboxKind.allCases)
    func newLife(_ kind: InboxKind) async throws {
        try await kind.withInbox { inbox in
            let events = (1...4).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0)) }
            try await stage.publish(events)
            let keys = try events.map { try $0.key }
            _ = try await inbox.claim(keys, by: "one", for: .seconds(300))
            // The partition has become another's, and the one that is back has none.
            let elsewhere = Stage()
            try await elsewhere.publish([])
            let transport = WatchedTransport()
            let watched = WatchedInbox(inbox, noticing: "two")
            try await stage.notify(through: transport, inbox: watched, member: "two") {
                await watched.noticed()
                #expect(transport.mails.isEmpty)
                try await elsewhere.notify(through: transport, inbox: watched, member: "one") {
                    await transport.received(4)
                }
            }
            #expect(transport.mails.sorted() == (1...4).map { "1-\($0)" })
        }
    }

    @Test("a notifier whose consumer was ousted by a namesake goes on with a new one")
    func restart() async throws {
        try await stage.publish([BookingEvent(id: "1:1", booking: BookingEvent.booking(1))])
        let transport = WatchedTransport()
        let (consumers, made) = AsyncStream.makeStream(of: Void.self)
        try await stage.notify(through: transport, instance: "one", onConsumer: { made.yield() }) {
            var consumers = consumers.makeAsyncIterator()
            await consumers.next()
            await transport.received(1)
            let namesake = try stage.consumer(instance: "one")
            let intrusion = Task { try await namesake.run() }
            await consumers.next()
            intrusion.cancel()
            // It may well have been ousted in its turn.
            _ = await intrusion.result
            try await stage.publish([BookingEvent(id: "1:2", booking: BookingEvent.booking(2))])
            await transport.received(2)
        }
        #expect(transport.mails == ["1-1", "1-2"])
    }

    @Test("the mails of one booking go out in the order of its events")
    func order() async throws {
        try await stage.publish((1...200).map { BookingEvent(id: "1:\($0)", booking: BookingEvent.booking($0 % 10)) })
        let transport = WatchedTransport()
        try await stage.notify(through: transport) { await transport.received(200) }
        for digit in 0...9 {
            let sent = transport.mails.filter { $0.hasSuffix("\(digit)") }
            #expect(sent == sent.sorted { ($0.count, $0) < ($1.count, $1) })
        }
    }

    @Test("a mail that keeps failing holds up the next of its booking, and no other booking's")
    func failingLane() async throws {
        try await stage.publish([
            BookingEvent(id: "1:1", booking: BookingEvent.booking(1)),
            BookingEvent(id: "1:2", booking: BookingEvent.booking(1)),
            BookingEvent(id: "1:3", booking: BookingEvent.booking(2)),
        ])
        let first = WatchedTransport(refusing: "1-1")
        try await stage.notify(through: first) { await first.received(1, refused: 2) }
        #expect(first.mails == ["1-3"])
        let second = WatchedTransport()
        try await stage.notify(through: second) { await second.received(2) }
        #expect(second.mails == ["1-1", "1-2"])
    }

    @Test("a thousand mails take seconds")
    func many() async throws {
        try await withTemporaryDirectory { path in
            var event = BookingEvent()
            event.claims = [["unit": "STALLS-3-17", "quantity": 1, "price": 8500]]
            try await stage.publish(
                (1...1_000).map { number in
                    event.id = "1:\(number)"
                    event.booking = BookingEvent.booking(number)
                    return event
                })
            let transport = WatchedTransport(try MaildirTransport(directory: path, isUrgent: true))
            let duration = try await ContinuousClock().measure {
                try await stage.notify(through: transport) { await transport.received(1_000) }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 1_000)
            #expect(duration < .seconds(30))
        }
    }
}

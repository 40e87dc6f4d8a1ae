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

    @Test("each confirmed and failed booking becomes one mail, and nothing else does")
    func endToEnd() async throws {
        try await withTemporaryDirectory { path in
            try await stage.publish([
                BookingEvent(id: "1:1", type: "usher.booking.queued"), BookingEvent(id: "1:2"),
                BookingEvent(id: "1:3", type: "usher.booking.failed", booking: "b2"),
                BookingEvent(id: "1:4", type: "usher.unheard.of"), BookingEvent(id: "1:5", booking: "b3", email: "?"),
                BookingEvent(id: "1:2"), BookingEvent(id: "1:6", booking: "b4"),
            ])
            let transport = WatchedTransport(try MaildirTransport(directory: path))
            try await stage.notify(through: transport) { await transport.received(4) }
            let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(files == ["1-2.eml", "1-3.eml", "1-6.eml"])
            let parsed = try ParsedMail(Array(Data(contentsOf: URL(filePath: path + "/1-2.eml"))))
            #expect(parsed.defects.isEmpty)
            #expect(parsed.subject == "Your places for Spring Gala")
        }
    }

    @Test("what is out is committed: the next notifier goes on where the last one ended")
    func resume() async throws {
        try await stage.publish((1...20).map { BookingEvent(id: "1:\($0)", booking: "b\($0)") })
        let first = WatchedTransport()
        try await stage.notify(through: first) { await first.received(20) }
        try await stage.publish((21...25).map { BookingEvent(id: "1:\($0)", booking: "b\($0)") })
        let second = WatchedTransport()
        try await stage.notify(through: second) { await second.received(5) }
        #expect(second.mails.sorted() == (21...25).map { "1-\($0)" })
    }

    @Test("a mail that cannot go out holds up the commit, and comes again with the next notifier")
    func interrupted() async throws {
        try await stage.publish((1...4).map { BookingEvent(id: "1:\($0)", booking: "b\($0)") })
        let first = WatchedTransport(refusing: "1-2")
        try await stage.notify(through: first) { await first.received(3, refused: 2) }
        #expect(first.mails.sorted() == ["1-1", "1-3", "1-4"])
        let second = WatchedTransport()
        try await stage.notify(through: second) { await second.received(3) }
        #expect(second.mails.sorted() == ["1-2", "1-3", "1-4"])
    }

    @Test("a mail given up does not hold up the rest")
    func givenUp() async throws {
        try await stage.publish((1...3).map { BookingEvent(id: "1:\($0)", booking: "b\($0)") })
        let first = WatchedTransport(refusing: "1-2")
        try await stage.notify(through: first, tries: 2) { await first.received(2, refused: 2) }
        try await stage.publish([BookingEvent(id: "1:4")])
        let second = WatchedTransport()
        try await stage.notify(through: second) { await second.received(1) }
        #expect(second.mails == ["1-4"])
    }

    @Test("the mails of one booking go out in the order of its events")
    func order() async throws {
        let ids = (1...200).map { "1:\($0)" }
        try await stage.publish(ids.map { BookingEvent(id: $0, booking: "b\($0.last ?? "0")") })
        let transport = WatchedTransport()
        try await stage.notify(through: transport) { await transport.received(200) }
        for digit in 0...9 {
            let sent = transport.mails.filter { $0.hasSuffix("\(digit)") }
            #expect(sent == sent.sorted { ($0.count, $0) < ($1.count, $1) })
        }
    }

    @Test("three thousand mails take seconds")
    func many() async throws {
        try await withTemporaryDirectory { path in
            try await stage.publish((1...3_000).map { BookingEvent(id: "1:\($0)", booking: "b\($0)") })
            let transport = WatchedTransport(try MaildirTransport(directory: path))
            let duration = try await ContinuousClock().measure {
                try await stage.notify(through: transport) { await transport.received(3_000) }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 3_000)
            #expect(duration < .seconds(30))
        }
    }
}

/// A topic and a consumer group of one test's own on the real broker.
private struct Stage {
    private let name = "notifier-test-\(UUID().uuidString.lowercased())"
    private let configuration = KafkaConfiguration(brokers: LocalStack.kafkaBrokers)
    private let logger = Logger.silent

    /// Appends the events in order.
    func publish(_ events: [BookingEvent]) async throws {
        try await KafkaAdmin(configuration: configuration, logger: logger).createTopics([KafkaTopic(name: name)])
        let producer = try KafkaProducer(configuration: configuration, logger: logger)
        let group = ServiceGroup(services: [producer], logger: logger)
        async let run: Void = group.run()
        for result in await producer.send(try events.map { try $0.record(topic: name) }) { _ = try result.get() }
        await group.triggerGracefulShutdown()
        try await run
    }

    /// Runs a notifier until `body` returns, then shuts it down as a deployment would.
    func notify(
        through transport: WatchedTransport, tries: Int = 1_000, until body: () async -> Void
    ) async throws {
        let consumer = try KafkaConsumer(configuration: configuration, group: name, topics: [name], logger: logger)
        let sender = try #require(MailAddress("Usher <tickets@usher.example>"))
        let notifier = try Notifier(
            consumer: consumer, transport: transport, sender: sender,
            retry: RetryPolicy(maximumTries: tries, firstDelay: .milliseconds(20), longestDelay: .milliseconds(20)),
            logger: logger)
        let group = ServiceGroup(services: [notifier], logger: logger)
        async let run: Void = group.run()
        await body()
        await group.triggerGracefulShutdown()
        try await run
    }
}

/// Passes mails on, notes their ids, and lets a test wait for them.
private final class WatchedTransport: MailTransport {
    private struct State {
        var mails: [String] = []
        var refused = 0
    }

    private let next: (any MailTransport)?
    private let refusing: String?
    private let state = Mutex(State())
    private let (events, noticed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(_ next: (any MailTransport)? = nil, refusing: String? = nil) {
        self.next = next
        self.refusing = refusing
    }

    var mails: [String] { state.withLock { $0.mails } }

    func send(_ mail: Mail) async throws {
        defer { noticed.yield() }
        if mail.id.description == refusing {
            state.withLock { $0.refused += 1 }
            throw MailError(.unavailable, "as the test wants it")
        }
        try await next?.send(mail)
        state.withLock { $0.mails.append(mail.id.description) }
    }

    /// Waits for so many mails that went out, and so many tries that were refused.
    func received(_ count: Int, refused: Int = 0) async {
        var events = events.makeAsyncIterator()
        while state.withLock({ $0.mails.count < count || $0.refused < refused }), await events.next() != nil {}
    }
}

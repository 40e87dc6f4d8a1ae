import Foundation
import KafkaDriver
import LocalStack
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Tickets

@testable import Notifications

/// Topics and consumer groups of one test's own on the real broker, and an inbox.
struct Stage {
    private let name = "notifier-test-\(UUID().uuidString.lowercased())"
    private let configuration = KafkaConfiguration(brokers: LocalStack.kafkaBrokers)
    private let logger = Logger.silent
    private let inbox = InMemoryInbox()

    private var deadLetterTopic: String { name + "-dlq" }

    /// Appends the events in order; events of a partition in turn.
    func publish(_ events: [BookingEvent], partitions: Int = 1) async throws {
        try await KafkaAdmin(configuration: configuration, logger: logger).createTopics([
            KafkaTopic(name: name, partitions: partitions), KafkaTopic(name: deadLetterTopic),
        ])
        let producer = try KafkaProducer(configuration: configuration, logger: logger)
        let records = try events.enumerated().map { index, event in
            try event.record(topic: name, partition: Int32(index % partitions))
        }
        try await running([producer]) {
            for result in await producer.send(records) { _ = try result.get() }
        }
    }

    /// Runs a notifier until `body` returns, then shuts it down as a deployment would.
    func notify(
        through transport: any MailTransport, tries: Int = 1_000, inbox: (any Inbox)? = nil, member: String = "test",
        group: String = "", instance: String? = nil, deadLetterBrokers: String? = nil,
        onConsumer: @escaping @Sendable () -> Void = {},
        until body: () async throws -> Void
    ) async throws {
        let (mailroom, producer) = try mailroom(
            transport, tries: tries, inbox: inbox, member: member, deadLetterBrokers: deadLetterBrokers)
        let notifier = Notifier(mailroom: mailroom, logger: logger) {
            defer { onConsumer() }
            return try consumer(group: group, instance: instance)
        }
        try await running([producer, notifier], until: body)
    }

    /// A member of the notifiers' group; a static one when it has a name.
    func consumer(group: String = "", instance: String? = nil) throws -> KafkaConsumer {
        var configuration = configuration
        configuration.properties["group.instance.id"] = instance
        configuration.properties["heartbeat.interval.ms"] = "200"
        return try KafkaConsumer(configuration: configuration, group: name + group, topics: [name], logger: logger)
    }

    /// Replays the dead letters that are there.
    func replay(through transport: any MailTransport) async throws -> DeadLetterReplay.Counts {
        let (mailroom, producer) = try mailroom(transport, tries: 1)
        let consumer = try KafkaConsumer(
            configuration: configuration, group: name + "-replay", topics: [deadLetterTopic], logger: logger)
        let replay = DeadLetterReplay(consumer: consumer, mailroom: mailroom, logger: logger)
        try await running([producer]) { try await replay.run() }
        return replay.counts
    }

    /// Reads the dead letters' topic from its start, until there are so many.
    func deadLetters(_ count: Int) async throws -> [KafkaMessage] {
        let consumer = try KafkaConsumer(
            configuration: configuration, group: "\(name)-\(UUID())", topics: [deadLetterTopic], logger: logger)
        var letters: [KafkaMessage] = []
        try await running([consumer]) {
            for try await message in consumer.messages where DeadLetters.markName(message) == nil {
                letters.append(message)
                if letters.count == count { return }
            }
        }
        return letters
    }

    private func mailroom(
        _ transport: any MailTransport, tries: Int, inbox: (any Inbox)? = nil, member: String = "test",
        deadLetterBrokers: String? = nil
    ) throws -> (Mailroom, KafkaProducer) {
        var brokers = configuration
        if let deadLetterBrokers {
            brokers = KafkaConfiguration(brokers: deadLetterBrokers)
            brokers.properties["delivery.timeout.ms"] = "1000"
        }
        let producer = try KafkaProducer(configuration: brokers, logger: logger)
        let sender = try #require(MailAddress("Usher <tickets@usher.example>"))
        let mailroom = try Mailroom(
            member: member, transport: transport, inbox: inbox ?? self.inbox, producer: producer,
            deadLetterTopic: deadLetterTopic, sender: sender, signer: .forTests,
            retry: RetryPolicy(maximumTries: tries, firstDelay: .milliseconds(20), longestDelay: .milliseconds(20)),
            // Other tests are not to starve these.
            isUrgent: true, logger: logger)
        return (mailroom, producer)
    }
}

/// Runs services until `body` returns, then shuts them down as a deployment would.
func running(_ services: [any Service], until body: () async throws -> Void) async throws {
    let group = ServiceGroup(services: services, logger: .silent)
    async let run: Void = group.run()
    do {
        try await body()
    } catch {
        await group.triggerGracefulShutdown()
        throw error
    }
    await group.triggerGracefulShutdown()
    try await run
}

/// Passes mails on, notes their ids, and lets a test wait for them.
final class WatchedTransport: MailTransport {
    private struct State {
        var mails: [String] = []
        var refused = 0
    }

    private let next: (any MailTransport)?
    private let gate: Gate?
    private let refusing: String?
    private let failure: MailError.Code
    private let state = Mutex(State())
    private let (events, noticed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(
        _ next: (any MailTransport)? = nil, behind gate: Gate? = nil, refusing: String? = nil,
        with failure: MailError.Code = .unavailable
    ) {
        self.next = next
        self.gate = gate
        self.refusing = refusing
        self.failure = failure
    }

    var mails: [String] { state.withLock { $0.mails } }

    func send(_ mail: Mail) async throws {
        defer { noticed.yield() }
        await gate?.pass()
        if mail.id.description == refusing {
            state.withLock { $0.refused += 1 }
            throw MailError(failure, "as the test wants it")
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

/// Holds up whoever comes until it is opened.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watcher: (crowd: Int, CheckedContinuation<Void, Never>)?

    func pass() async {
        guard !isOpen else { return }
        await withCheckedContinuation {
            waiting.append($0)
            guard let (crowd, continuation) = watcher, waiting.count >= crowd else { return }
            continuation.resume()
            watcher = nil
        }
    }

    /// Waits until so many wait.
    func reached(by crowd: Int) async {
        guard waiting.count < crowd else { return }
        await withCheckedContinuation { watcher = (crowd, $0) }
    }

    func open() {
        isOpen = true
        waiting.forEach { $0.resume() }
        waiting = []
    }
}

/// Lets a test wait until a member asks.
final class WatchedInbox: Inbox {
    private let inner: any Inbox
    private let member: String
    private let (claims, claimed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(_ inner: any Inbox, noticing member: String) {
        self.inner = inner
        self.member = member
    }

    /// Waits for the member's first claim.
    func noticed() async {
        for await _ in claims { return }
    }

    func claim(_ events: [EventKey], by member: String, for lease: Duration) async throws -> [InboxClaim] {
        let answer = try await inner.claim(events, by: member, for: lease)
        if member == self.member { claimed.yield() }
        return answer
    }

    func remember(_ events: [EventKey]) async throws { try await inner.remember(events) }
    func release(_ event: EventKey, by member: String) async throws { try await inner.release(event, by: member) }
    func releaseAll(by member: String) async throws { try await inner.releaseAll(by: member) }
    func prune(olderThan age: Duration) async throws { try await inner.prune(olderThan: age) }
}

import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Notifications

@Suite("Delivering one mail", .timeLimit(.minutes(1)))
struct MailDeliveryTests {
    private func deliver(
        through transport: ScriptedTransport, tries: Int = 5, clock: any Clock<Duration> = RecordingClock(),
        inbox: any Inbox = InMemoryInbox()
    ) async throws -> MailDelivery.Outcome {
        let delivery = MailDelivery(
            transport: transport, inbox: inbox, retry: RetryPolicy(maximumTries: tries), clock: clock)
        return await delivery.deliver(try BookingEvent().mail(), of: try BookingEvent().key, logging: [:])
    }

    @Test("tries again while the failure is transient, with growing delays")
    func retries() async throws {
        let transport = ScriptedTransport(failures: [.unavailable, .deferred, .deferred])
        let clock = RecordingClock()
        #expect(try await deliver(through: transport, clock: clock) == .sent)
        #expect(transport.tries == 4)
        #expect(clock.delays.count == 3)
        for (delay, whole) in zip(clock.delays, [500, 1000, 2000]) {
            #expect((.milliseconds(whole / 2) ... .milliseconds(whole)).contains(delay))
        }
    }

    @Test("ends at once when the server refuses the mail for good")
    func rejected() async throws {
        let transport = ScriptedTransport(failures: [.rejected])
        #expect(try await deliver(through: transport) == .givenUp(.rejected, tries: 1))
        #expect(transport.tries == 1)
    }

    @Test("ends when the tries are used up")
    func bounded() async throws {
        let transport = ScriptedTransport(failures: Array(repeating: .deferred, count: 9))
        #expect(try await deliver(through: transport, tries: 3) == .givenUp(.deferred, tries: 3))
        #expect(transport.tries == 3)
    }

    @Test("is interrupted by a shutdown between two tries, not by the delay's end")
    func shutdown() async throws {
        let transport = ScriptedTransport(failures: [.deferred])
        let clock = EndlessClock()
        let service = OneDelivery {
            let outcome = try await deliver(through: transport, clock: clock)
            #expect(outcome == .interrupted)
        }
        let group = ServiceGroup(services: [service], logger: .silent)
        async let run: Void = group.run()
        await clock.firstSleep()
        await group.triggerGracefulShutdown()
        try await run
        #expect(transport.tries == 1)
    }

    @Test("does not happen when the inbox knows the mail, nor again after it")
    func alreadySent() async throws {
        let inbox = InMemoryInbox()
        let transport = ScriptedTransport(failures: [])
        #expect(try await deliver(through: transport, inbox: inbox) == .sent)
        #expect(try await deliver(through: transport, inbox: inbox) == .alreadySent)
        #expect(transport.tries == 1)
    }

    @Test("waits while the inbox is away: the mail is neither sent blindly nor dropped")
    func inboxAway() async throws {
        let transport = ScriptedTransport(failures: [])
        let clock = RecordingClock()
        let inbox = FailingInbox(failures: 3) { #expect(transport.tries == 0) }
        #expect(try await deliver(through: transport, clock: clock, inbox: inbox) == .sent)
        #expect(transport.tries == 1)
        #expect(clock.delays == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
    }

    @Test("waits while another notifier is about to send the mail, and leaves it alone once that has")
    func heldByAnother() async throws {
        let inbox = InMemoryInbox()
        let key = try BookingEvent().key
        _ = await inbox.claim([key], by: "another", for: .seconds(600))
        let clock = EndlessClock()
        let transport = ScriptedTransport(failures: [])
        async let outcome = deliver(through: transport, clock: clock, inbox: inbox)
        await clock.firstSleep()
        await inbox.remember([key])
        clock.wake()
        #expect(try await outcome == .alreadySent)
        #expect(transport.tries == 0)
    }

    @Test("that failed is anybody's to try again at once")
    func released() async throws {
        let inbox = InMemoryInbox()
        _ = try await deliver(through: ScriptedTransport(failures: [.rejected]), inbox: inbox)
        #expect(await inbox.claim([try BookingEvent().key], by: "another", for: .seconds(1)) == [.granted])
    }

    @Test("waits longer and longer, never longer than the longest delay")
    func delays() {
        var random = SystemRandomNumberGenerator()
        let policy = RetryPolicy(firstDelay: .seconds(1), longestDelay: .seconds(60))
        for (count, whole) in [(1, 1), (2, 2), (6, 32), (7, 60), (1_000, 60)] {
            let delay = policy.delay(afterTry: count, using: &random)
            #expect((.seconds(whole) * 0.5 ... .seconds(whole)).contains(delay))
        }
    }
}

extension MailDelivery.Outcome: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.sent, .sent), (.alreadySent, .alreadySent), (.interrupted, .interrupted): true
        case (.givenUp(let left, let leftTries), .givenUp(let right, let rightTries)):
            left.code == right.code && leftTries == rightTries
        default: false
        }
    }

    static func givenUp(_ code: MailError.Code, tries: Int) -> Self { .givenUp(MailError(code, ""), tries: tries) }
}

extension MailDelivery {
    init(transport: any MailTransport, inbox: any Inbox, retry: RetryPolicy, clock: any Clock<Duration>) {
        let patience = Patience(clock: clock, logger: .silent)
        self.init(
            transport: transport, inbox: InboxMember(inbox, name: "test", patience: patience), retry: retry,
            patience: patience, logger: .silent)
    }
}

private struct OneDelivery: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await body()
        try await gracefulShutdown()
    }
}

/// Fails as told, then takes every mail.
final class ScriptedTransport: MailTransport {
    private let state: Mutex<(failures: [MailError.Code], tries: Int)>

    init(failures: [MailError.Code]) {
        state = Mutex((failures, 0))
    }

    var tries: Int { state.withLock { $0.tries } }

    func send(_ mail: Mail) async throws {
        let failure = state.withLock { state in
            state.tries += 1
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        if let failure { throw MailError(failure, "as the test wants it") }
    }
}

/// Notes the delays and lets none pass.
private final class RecordingClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let recorded = Mutex<[Duration]>([])

    let now = ContinuousClock.now
    let minimumResolution = Duration.zero
    var delays: [Duration] { recorded.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        recorded.withLock { $0.append(now.duration(to: deadline)) }
    }
}

/// An inbox that is away for the first claims.
private final class FailingInbox: Inbox {
    private let inner = InMemoryInbox()
    private let failures: Mutex<Int>
    private let onFailure: @Sendable () -> Void

    init(failures: Int, onFailure: @escaping @Sendable () -> Void) {
        self.failures = Mutex(failures)
        self.onFailure = onFailure
    }

    func claim(_ events: [EventKey], by member: String, for lease: Duration) async throws -> [InboxClaim] {
        let isAway = failures.withLock { failures in
            defer { failures = max(0, failures - 1) }
            return failures > 0
        }
        guard !isAway else {
            onFailure()
            throw MailError(.unavailable, "as the test wants it")
        }
        return await inner.claim(events, by: member, for: lease)
    }

    func remember(_ events: [EventKey]) async { await inner.remember(events) }
    func release(_ event: EventKey, by member: String) async { await inner.release(event, by: member) }
    func releaseAll(by member: String) async { await inner.releaseAll(by: member) }
    func prune(olderThan age: Duration) async { await inner.prune(olderThan: age) }
}

/// Sleeps until it is cancelled or woken.
private final class EndlessClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let (sleeps, slept) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let (wakeUps, woken) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    let now = ContinuousClock.now
    let minimumResolution = Duration.zero

    func wake() {
        woken.yield()
    }

    func firstSleep() async {
        for await _ in sleeps { return }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        slept.yield()
        for await _ in wakeUps { return }
        throw CancellationError()
    }
}

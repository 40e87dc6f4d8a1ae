import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Notifications

@Suite("Delivering one mail", .timeLimit(.minutes(1)))
struct MailDeliveryTests {
    private func deliver(
        through transport: ScriptedTransport, tries: Int = 5, clock: any Clock<Duration> = RecordingClock()
    ) async throws -> MailDelivery.Outcome {
        let delivery = MailDelivery(
            transport: transport, retry: RetryPolicy(maximumTries: tries), clock: clock, logger: .silent)
        return await delivery.deliver(try BookingEvent().mail(), logging: [:])
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
        #expect(try await deliver(through: transport) == .undeliverable(.rejected))
        #expect(transport.tries == 1)
    }

    @Test("ends when the tries are used up")
    func bounded() async throws {
        let transport = ScriptedTransport(failures: Array(repeating: .deferred, count: 9))
        #expect(try await deliver(through: transport, tries: 3) == .undeliverable(.deferred))
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

/// Sleeps until it is cancelled.
private final class EndlessClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let (sleeps, slept) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    let now = ContinuousClock.now
    let minimumResolution = Duration.zero

    func firstSleep() async {
        for await _ in sleeps { return }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        slept.yield()
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        throw CancellationError()
    }
}

import Booking
import Logging
import Notifications
import ServiceLifecycleTestKit
import Simulation
import Synchronization
import Testing

@testable import Accounts
@testable import Usher

@Suite(.timeLimit(.minutes(1)))
struct CodeMailerTests {
    private let clock = ManualClock()

    @Test func `a code reaches its address in both texts, and no other word of the user's`() async throws {
        let transport = ScriptedTransport([])
        let code = try await sent(1, by: transport)[0]
        let mail = try #require(transport.mails.first)
        #expect(mail.recipient.address == code.email)
        #expect(mail.text.contains(code.digits) && mail.html.contains(code.digits))
        #expect(!mail.subject.contains(code.digits))
    }

    @Test func `a mail is tried again while the transport is away, and not when it refuses`() async throws {
        let transport = ScriptedTransport([.deferred, .unavailable])
        _ = try await sent(1, by: transport)
        #expect(transport.tries == 3 && transport.mails.count == 1)
        let refusing = ScriptedTransport([.rejected])
        _ = try await sent(1, by: refusing)
        #expect(refusing.tries == 1 && refusing.mails.isEmpty)
    }

    @Test func `more codes than may wait are dropped at once`() async throws {
        let transport = ScriptedTransport([])
        _ = try await sent(CodeMailer.capacity + 100, by: transport)
        #expect(transport.mails.count == CodeMailer.capacity)
    }

    /// Delivers codes, and then runs the mailer until it has sent those that wait: a shutdown has begun already.
    private func sent(_ count: Int, by transport: ScriptedTransport) async throws -> [OneTimeCode] {
        let mailer = CodeMailer(
            transport: transport, sender: try #require(MailAddress("tickets@usher.example")), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let codes = (0..<count).map { number in
            OneTimeCode(
                email: "ada\(number)@example.com", digits: "\(123_456 + number)", madeAt: clock.timestamp,
                expiresAt: clock.timestamp + OneTimeCodes.lifetime)
        }
        for code in codes { mailer.deliver(code) }
        try await testGracefulShutdown { shutdown in
            shutdown.triggerGracefulShutdown()
            try await mailer.run()
        }
        return codes
    }
}

/// Fails as it is told to, and then keeps the mails.
private final class ScriptedTransport: MailTransport {
    private struct State {
        var failures: [MailError.Code]
        var tries = 0
        var mails: [Mail] = []
    }

    private let state: Mutex<State>

    init(_ failures: [MailError.Code]) {
        state = Mutex(State(failures: failures))
    }

    var tries: Int { state.withLock(\.tries) }
    var mails: [Mail] { state.withLock(\.mails) }

    func send(_ mail: Mail) async throws {
        try state.withLock { state in
            state.tries += 1
            guard state.failures.isEmpty else { throw MailError(state.failures.removeFirst(), "Not now") }
            state.mails.append(mail)
        }
    }
}

import Booking
import Inventory
import Simulation
import Synchronization
import Testing

@testable import Accounts

@Suite(.timeLimit(.minutes(1))) struct LoginAttemptsTests {
    private let clock = ManualClock()

    @Test func `lets five failures pass, and then makes each next attempt wait twice as long, up to 15 minutes`()
        async throws
    {
        let attempts = LoginAttempts(failuresOfAddress: .max, clock: clock)
        for _ in 1...5 { #expect(await attempts.fail() == .invalidCredentials) }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
            #expect(await attempts.pause() == .seconds(seconds))
            clock.advance(by: .seconds(seconds) - .nanoseconds(1))
            #expect(await attempts.pause() == .nanoseconds(1))
            clock.advance(by: .nanoseconds(1))
            #expect(await attempts.fail() == .invalidCredentials)
        }
    }

    @Test func `checks nothing while an account must wait`() async {
        let attempts = LoginAttempts(clock: clock)
        for _ in 1...5 { _ = await attempts.fail() }
        await #expect(throws: AccountsError.self) {
            try await attempts.attempt(on: "ada", from: "another") { () throws(AccountsError) in
                Issue.record("The password was checked")
            }
        }
    }

    @Test func `forgets an account's failures when it succeeds, or after long rest`() async throws {
        let attempts = LoginAttempts(failuresOfAddress: .max, clock: clock)
        for _ in 1...4 { _ = await attempts.fail() }
        try await attempts.attempt(on: "ada", from: "here") { () throws(AccountsError) in }
        for _ in 1...4 { _ = await attempts.fail() }
        #expect(await attempts.pause() == nil)
        clock.advance(by: .seconds(900))
        for _ in 1...4 { _ = await attempts.fail() }
        #expect(await attempts.pause() == nil)
    }

    @Test func `counts an address over all accounts, whatever succeeds there`() async throws {
        let attempts = LoginAttempts(failuresOfAddress: 20, clock: clock)
        for number in 1...20 {
            #expect(await attempts.fail("user \(number)") == .invalidCredentials)
            if number < 20 { try await attempts.attempt(on: "eve", from: "here") { () throws(AccountsError) in } }
        }
        #expect(await attempts.fail("another") == .tooManyAttempts)
        #expect(await attempts.fail("another", from: "elsewhere") == .invalidCredentials)
    }

    @Test func `does not count what is no failure`() async {
        let attempts = LoginAttempts(clock: clock)
        for _ in 1...10 { #expect(await attempts.fail(with: .databaseUnavailable) == .databaseUnavailable) }
        #expect(await attempts.pause() == nil)
    }

    @Test func `checks five of many attempts at once`() async {
        let attempts = LoginAttempts(failuresOfAddress: .max, clock: clock)
        let outcomes = await withTaskGroup(of: AccountsError.Code?.self) { group in
            for _ in 1...40 { group.addTask { await attempts.fail() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .invalidCredentials } == 5)
        #expect(outcomes.count { $0 == .tooManyAttempts } == 35)
    }

    @Test func `lets any number of right attempts at once succeed, in turn`() async throws {
        let attempts = LoginAttempts(clock: clock)
        let running = Running()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...40 {
                group.addTask {
                    try await attempts.attempt(on: "ada", from: "here") { () throws(AccountsError) in
                        #expect(running.begin() == 1)
                        await Task.yield()
                        running.end()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `remembers a bounded number of accounts`() {
        var values = RecentValues<Int, Int>(limit: 10)
        for number in 0..<1_000 {
            values[number, default: 0] += 1
            #expect(values.count <= 10)
            values[0, default: 0] += 1
        }
        #expect(values[0] == 1_001)
        #expect(values[500] == nil)
        values[0] = nil
        #expect(values[0] == nil)
    }
}

extension LoginAttempts {
    /// Fails, and tells with what.
    fileprivate func fail(
        _ account: String = "ada", from address: String = "here", with code: AccountsError.Code = .invalidCredentials
    ) async -> AccountsError.Code? {
        await error(account, from: address, with: code)?.code
    }

    /// How long the next attempt would have to wait.
    fileprivate func pause() async -> Duration? {
        await error("ada", from: "here", with: .databaseUnavailable)?.retryAfter
    }

    private func error(_ account: String, from address: String, with code: AccountsError.Code) async -> AccountsError? {
        do throws(AccountsError) {
            try await attempt(on: account, from: address) { () throws(AccountsError) in
                throw AccountsError(code, "Wrong")
            }
            return nil
        } catch {
            return error
        }
    }
}

/// How many run at a time.
private final class Running: Sendable {
    private let count = Mutex(0)

    func begin() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    func end() {
        count.withLock { $0 -= 1 }
    }
}

public import Booking
import Inventory
import Synchronization

/// Slows down whoever tries out passwords and one-time codes, for one account or from one address.
///
/// After some failures in a row the next attempt has to wait, longer each time; meanwhile nothing is checked, so that
/// not even the right password gets in. An account is counted by its e-mail address, whether there is one or not, and
/// its attempts are made one after the other, so that many at once are no way around.
///
/// In memory, so each node counts by itself. Bounded: of accounts and addresses beyond the limit the idlest are forgotten.
public final class LoginAttempts: Sendable {
    private struct State {
        var accounts: RecentValues<String, FailureCount>
        var addresses: RecentValues<String, FailureCount>
    }

    private let failuresOfAccount: Int
    private let failuresOfAddress: Int
    private let clock: any BookingClock
    private let turns = Turns(limit: 64)
    private let state: Mutex<State>

    /// Counts from zero.
    ///
    /// - Parameters:
    ///   - failuresOfAccount: The failure in a row that is followed by a pause, of one account.
    ///   - failuresOfAddress: The same for one client address. More, since many people may share one.
    ///   - limit: How many accounts, and how many addresses, are remembered.
    ///   - clock: Its monotonic time measures the pauses.
    public init(
        failuresOfAccount: Int = 5, failuresOfAddress: Int = 20, limit: Int = 65_536,
        clock: any BookingClock = SystemBookingClock()
    ) {
        self.failuresOfAccount = failuresOfAccount
        self.failuresOfAddress = failuresOfAddress
        self.clock = clock
        state = Mutex(State(accounts: RecentValues(limit: limit), addresses: RecentValues(limit: limit)))
    }

    /// Makes an attempt, if there is to be one now.
    ///
    /// - Parameters:
    ///   - account: The account's e-mail address, normalised.
    ///   - address: The client's network address.
    ///   - attempt: Checks a password or a code; throws one of `failures` when it is wrong.
    /// - Throws: `tooManyAttempts` with `retryAfter`; `busy`; and what `attempt` throws.
    func attempt<Result>(
        on account: String, from address: String, _ attempt: () async throws(AccountsError) -> Result
    ) async throws(AccountsError) -> Result {
        // Whoever must wait anyway does not wait for a turn before.
        try checkPauses(of: account, address)
        return try await turns.take(account) { () throws(AccountsError) in
            try checkPauses(of: account, address)
            do throws(AccountsError) {
                let result = try await attempt()
                // Not the address: or whoever guesses could clear it by a login of his own.
                state.withLock { $0.accounts[account] = nil }
                return result
            } catch {
                if Self.failures.contains(error.code) { fail(account, address) }
                throw error
            }
        }
    }

    private static let failures: Set<AccountsError.Code> = [.invalidCredentials, .invalidCode, .wrongPassword]

    private func checkPauses(of account: String, _ address: String) throws(AccountsError) {
        let now = clock.now
        let pauses = state.withLock { state in
            [state.accounts[account]?.pause(at: now), state.addresses[address]?.pause(at: now)]
        }
        if let pause = pauses.compactMap(\.self).max() { throw .tooManyAttempts(retryAfter: pause) }
    }

    private func fail(_ account: String, _ address: String) {
        let now = clock.now
        state.withLock { state in
            state.accounts[account, default: FailureCount(at: now)].fail(at: now, allowing: failuresOfAccount)
            state.addresses[address, default: FailureCount(at: now)].fail(at: now, allowing: failuresOfAddress)
        }
    }
}

extension AccountsError {
    fileprivate static func tooManyAttempts(retryAfter pause: Duration) -> Self {
        Self(
            .tooManyAttempts, "Too many attempts were wrong. Wait before the next one; until then none is looked at.",
            retryAfter: pause)
    }
}

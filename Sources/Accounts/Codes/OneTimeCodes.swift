public import Booking

/// Signing in without a password, by a code that is sent to the user's address.
///
/// Nothing tells whether an address has an account: a code is made and kept for any, and only sent if there is one; and a
/// code for an address without an account is a wrong code.
public struct OneTimeCodes: Sendable {
    /// How long a code is good.
    public static let lifetime = Duration.seconds(300)
    /// How long an address must wait for its next code.
    public static let interval = Duration.seconds(30)
    /// How often a code may be tried.
    public static let tries = 5

    private let accounts: Accounts
    private let sessions: Sessions
    private let attempts: LoginAttempts
    private let maker: CodeMaker
    private let delivery: any CodeDelivery
    private let now: @Sendable () -> Timestamp

    /// Puts together what codes need.
    ///
    /// - Parameters:
    ///   - sessions: Opens the sessions of those who have the right code.
    ///   - attempts: Slows down whoever tries out codes.
    ///   - secret: What the key of the codes' hashes is derived from, the same on all nodes.
    ///   - delivery: Brings the codes to their users.
    ///   - now: The wall clock.
    public init(
        sessions: Sessions, attempts: LoginAttempts, secret: String, delivery: any CodeDelivery,
        now: @escaping @Sendable () -> Timestamp
    ) {
        accounts = sessions.accounts
        self.sessions = sessions
        self.attempts = attempts
        maker = CodeMaker(secret: secret)
        self.delivery = delivery
        self.now = now
    }

    /// Sends a code to this address if it has an account, in place of an earlier one. A second request within `interval`
    /// does nothing.
    ///
    /// - Throws: `invalidEmail`, `busy`, `databaseUnavailable`.
    public func request(email: String) async throws(AccountsError) {
        let email = try EmailAddress(email).text
        let (digits, now) = (maker.digits(), now())
        let code = StoredCode(
            email: email, hash: maker.hash(of: digits, for: email), madeAt: now, expiresAt: now + Self.lifetime)
        guard try await accounts.codes.replace(by: code, interval: Self.interval) else { return }
        guard try await accounts.users.find(email: email) != nil else { return }
        delivery.deliver(OneTimeCode(email: email, digits: digits, madeAt: now, expiresAt: code.expiresAt))
    }

    /// Signs in whoever knows the code that was sent to the address. A code is good for one login.
    ///
    /// - Parameter address: The client's network address.
    /// - Throws: `invalidCode`, `tooManyAttempts`, `busy`, `databaseUnavailable`.
    public func redeem(_ digits: String, email: String, from address: String) async throws(AccountsError) -> Session {
        guard let email = try? EmailAddress(email).text else { throw .invalidCode }
        return try await attempts.attempt(on: email, from: address) { () throws(AccountsError) in
            guard let hash = try await accounts.codes.tryCode(of: email, tries: Self.tries, at: now()),
                maker.isCode(digits, for: email, hash: hash), try await accounts.codes.take(hash, of: email),
                let user = try await accounts.users.find(email: email)?.user
            else { throw .invalidCode }
            return try await sessions.open(user.id)
        }
    }
}

extension AccountsError {
    fileprivate static let invalidCode = Self(
        .invalidCode, "The code is wrong, used or too old, or was tried too often. Request a new one.")
}

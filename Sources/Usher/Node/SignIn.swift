import Accounts
import Booking
import Logging
import ServiceLifecycle

/// What lets users in, on one node.
struct SignIn {
    let tokens: Tokens
    let sessions: Sessions
    let codes: OneTimeCodes
    /// What works in the background.
    let services: [any Service]

    /// Learns what sessions have ended: from here on their tokens are refused.
    init(
        configuration: UsherConfiguration, accounts: Accounts, clock: any BookingClock, logger: Logger
    ) async throws {
        let jwt = configuration.jwt
        let now: @Sendable () -> Timestamp = { clock.timestamp }
        let attempts = LoginAttempts(clock: clock)
        let mailer = CodeMailer(
            transport: try configuration.mail.transport(isUrgent: true), sender: try configuration.mail.sender(),
            clock: clock,
            logger: logger)
        tokens = try await Tokens(
            secret: jwt.secret.text, previousSecret: jwt.previousSecret?.text, lifetime: jwt.ttl, now: now)
        sessions = Sessions(
            accounts: accounts, tokens: tokens, attempts: attempts, refreshLifetime: jwt.refreshTTL, now: now)
        codes = OneTimeCodes(
            sessions: sessions, attempts: attempts, secret: jwt.secret.text, delivery: mailer, now: now)
        let feed = RevocationFeed(accounts: accounts, tokens: tokens, clock: clock, logger: logger)
        try await feed.catchUp()
        services = [mailer, feed] + accounts.pruners(clock: clock, logger: logger)
    }
}

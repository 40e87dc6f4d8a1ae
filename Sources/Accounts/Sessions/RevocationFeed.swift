public import Booking
import Inventory
public import Logging
public import ServiceLifecycle

/// Learns what sessions other nodes have ended, and what had been ended before this node began.
///
/// A look-up at each request would cost a round trip; so the node asks every second for what is new, and refuses
/// the tokens of ended sessions from memory. While the database is away nothing can be ended on the other nodes either.
public actor RevocationFeed: Service {
    private static let interval = Duration.seconds(1)

    private let accounts: Accounts
    private let tokens: Tokens
    private let clock: any BookingClock
    private let logger: Logger
    private var cursor: Timestamp?

    /// Prepares to follow what `accounts` keeps, on behalf of `tokens`.
    public init(accounts: Accounts, tokens: Tokens, clock: any BookingClock, logger: Logger) {
        self.accounts = accounts
        self.tokens = tokens
        self.clock = clock
        self.logger = logger
    }

    /// Learns what is new. To be called before the first request is answered.
    ///
    /// - Throws: `AccountsError`.
    public func catchUp() async throws {
        let (ended, next) = try await accounts.sessions.revocations(since: cursor, at: clock.timestamp)
        tokens.revoke(ended)
        cursor = next
    }

    /// Learns what is new every second, until graceful shutdown.
    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await self.clock.sleep(until: self.clock.now + Self.interval)
                await self.tryCatchingUp()
            }
        }
    }

    private func tryCatchingUp() async {
        do {
            try await catchUp()
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("What sessions have ended is not known", metadata: [.error: "\(error)"])
        }
    }
}

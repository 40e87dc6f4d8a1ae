public import Booking
import Inventory
public import Logging
public import ServiceLifecycle

/// Forgets sessions, refresh tokens and one-time codes that have expired.
public struct SessionPruner: Service {
    private static let interval = Duration.seconds(300)
    private static let batch = 1_000

    private let accounts: Accounts
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes a pruner of the stores of `accounts`.
    public init(accounts: Accounts, clock: any BookingClock, logger: Logger) {
        self.accounts = accounts
        self.clock = clock
        self.logger = logger
    }

    /// Prunes at once and then every five minutes, until graceful shutdown.
    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await prune()
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    /// In batches, so that no statement takes long. What fails is left to the next time.
    private func prune() async {
        do {
            try await repeated { try await accounts.sessions.pruneSessions(at: clock.timestamp, limit: Self.batch) }
            try await repeated { try await accounts.codes.pruneCodes(at: clock.timestamp, limit: Self.batch) }
        } catch {
            logger.warning("Expired sessions and codes were not forgotten", metadata: [.error: "\(error)"])
        }
    }

    private func repeated(_ prune: () async throws -> Int) async throws {
        while try await prune() == Self.batch, !Task.isCancelled {}
    }
}

import Inventory
public import Logging
public import ServiceLifecycle

/// Forgets what is old enough, in a store that would grow for ever.
public struct Pruner: Service {
    private static let interval = Duration.seconds(3_600)
    private static let batch = 1_000

    private let what: String
    private let retention: Duration
    private let clock: any BookingClock
    private let logger: Logger
    private let prune: @Sendable (_ time: Timestamp, _ limit: Int) async throws -> Int

    /// - Parameters:
    ///   - what: Is forgotten, for the log.
    ///   - retention: How long it is remembered at least.
    ///   - prune: Forgets some of what is from before a time, and returns how many that were.
    public init(
        of what: String, after retention: Duration, clock: any BookingClock, logger: Logger,
        prune: @escaping @Sendable (_ time: Timestamp, _ limit: Int) async throws -> Int
    ) {
        self.what = what
        self.retention = retention
        self.clock = clock
        self.logger = logger
        self.prune = prune
    }

    /// Prunes at once and then every hour, until graceful shutdown.
    public func run() async throws {
        try? await cancellableByShutdown {
            while !Task.isCancelled {
                await pruneAll()
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    /// In batches, so that no statement takes long. What fails is left to the next hour.
    private func pruneAll() async {
        do {
            var count = Self.batch
            while count == Self.batch, !Task.isCancelled {
                count = try await prune(clock.timestamp + (.zero - retention), Self.batch)
            }
        } catch {
            logger.warning("Old records were not forgotten", metadata: [.records: "\(what)", .error: "\(error)"])
        }
    }
}

extension Pruner {
    /// How long an idempotency key is remembered at least.
    public static let idempotencyKeyRetention = Duration.seconds(24 * 3_600)

    /// Forgets idempotency keys.
    public init(of store: any IdempotencyStore, clock: any BookingClock, logger: Logger) {
        self.init(of: "idempotency keys", after: Self.idempotencyKeyRetention, clock: clock, logger: logger) {
            try await store.prune(before: $0, limit: $1)
        }
    }

    /// Forgets what became of holds.
    public init(
        of history: any HoldHistory, after retention: Duration, clock: any BookingClock, logger: Logger
    ) {
        self.init(of: "hold history", after: retention, clock: clock, logger: logger) {
            try await history.prune(before: $0, limit: $1)
        }
    }
}

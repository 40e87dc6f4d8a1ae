import Inventory
public import Logging
public import ServiceLifecycle

/// Forgets idempotency keys that are old enough.
public struct IdempotencyPruner: Service {
    /// How long a key is remembered at least.
    public static let retention = Duration.seconds(24 * 3_600)

    private static let interval = Duration.seconds(3_600)
    private static let batch = 1_000

    private let store: any IdempotencyStore
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes a pruner of one store.
    public init(store: any IdempotencyStore, clock: any BookingClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Prunes at once and then every hour, until graceful shutdown.
    public func run() async throws {
        try? await cancellableByShutdown {
            while !Task.isCancelled {
                await prune()
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    /// In batches, so that no statement takes long. What fails is left to the next hour.
    private func prune() async {
        do {
            var count = Self.batch
            while count == Self.batch, !Task.isCancelled {
                count = try await store.prune(before: clock.timestamp + (.zero - Self.retention), limit: Self.batch)
            }
        } catch {
            logger.warning("Old idempotency keys were not forgotten", metadata: [.error: "\(error)"])
        }
    }
}

import Inventory
public import Logging
public import ServiceLifecycle

/// Writes what has happened to holds into their history, some at a time and soon after.
///
/// While the database is away a batch waits, and behind it the trail fills and then loses steps.
public struct HoldHistoryWriter: Service {
    private static let interval = Duration.milliseconds(250)

    private let trail: HoldTrail
    private let history: any HoldHistory
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes the writer of one trail.
    public init(trail: HoldTrail, history: any HoldHistory, clock: any BookingClock, logger: Logger) {
        self.trail = trail
        self.history = history
        self.clock = clock
        self.logger = logger
    }

    /// Writes until graceful shutdown, and then what is left, once.
    public func run() async throws {
        let rest = try? await cancellableByShutdown {
            var waiting: [HoldStep] = []
            while !Task.isCancelled {
                await trail.wait(until: clock.now + Self.interval, on: clock)
                if waiting.isEmpty { waiting = takeAll() }
                waiting = await written(waiting)
            }
            return waiting
        }
        let lost = await written((rest ?? []) + takeAll())
        trail.drop(lost.count)
    }

    /// - Returns: What has yet to be written, since the database is away.
    private func written(_ steps: [HoldStep]) async -> [HoldStep] {
        var waiting = steps[...]
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(HoldTrail.batch))
            do throws(LedgerError) {
                try await history.append(batch)
            } catch {
                logger.debug("Holds are not in their history yet", metadata: [.error: "\(error)"])
                if error.code == .unavailable { break }
                trail.drop(batch.count)
            }
            waiting = waiting.dropFirst(batch.count)
        }
        return Array(waiting)
    }

    private func takeAll() -> [HoldStep] {
        let (now, timestamp) = (clock.now, clock.timestamp)
        return trail.takeAll().map { HoldStep($0, time: timestamp + ($0.time - now)) }
    }
}

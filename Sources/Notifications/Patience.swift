internal import Logging
internal import ServiceLifecycle

/// Waits, until the process is to end.
struct Patience: Sendable {
    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(10)

    let clock: any Clock<Duration>
    let logger: Logger

    /// Repeats what must succeed before the work may go on, with pauses that grow to 10 s.
    ///
    /// - Returns: Nil when shutdown began first.
    func untilDone<Value>(
        _ complaint: Logger.Message, _ facts: Logger.Metadata, _ work: () async throws -> Value
    ) async -> Value? {
        var delay = Self.firstPause
        while true {
            do {
                return try await work()
            } catch {
                logger.warning(complaint, metadata: facts.adding(.error, "\(error)"))
            }
            guard await pause(delay) else { return nil }
            delay = min(delay * 2, Self.longestPause)
        }
    }

    /// Whether the whole delay went by before shutdown began.
    func pause(_ delay: Duration) async -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await clock.sleep(for: delay) }
            return !Task.isShuttingDownGracefully
        } catch {
            return false
        }
    }
}

import Inventory

/// How often in a row somebody was wrong, and until when nobody is asked again.
struct FailureCount {
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(900)
    /// How long after the last failure, or the end of its pause, it is forgotten.
    private static let memory = Duration.seconds(900)

    private var failures = 0
    private var pauseEnd: Moment
    private var lastFailure: Moment

    init(at now: Moment) {
        pauseEnd = now
        lastFailure = now
    }

    /// How long to wait yet; nil when the next attempt may be made.
    func pause(at now: Moment) -> Duration? {
        now < pauseEnd ? pauseEnd - now : nil
    }

    /// Counts a failure. From the one with this number on each is followed by a pause, twice as long as the one before:
    /// 1 s, 2 s, 4 s and so on up to 15 minutes.
    mutating func fail(at now: Moment, allowing allowance: Int) {
        if now - max(lastFailure, pauseEnd) >= Self.memory { failures = 0 }
        failures += 1
        lastFailure = now
        guard failures >= allowance else { return }
        // 2^10 seconds are more than the longest pause already.
        pauseEnd = now + min(Self.firstPause * (1 << min(failures - allowance, 10)), Self.longestPause)
    }
}

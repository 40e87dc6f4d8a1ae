/// How long a client goes on trying while the server is away: a server that is killed and started again is back in time.
struct Patience {
    private static let firstDelay = Duration.milliseconds(100)
    private static let longestDelay = Duration.seconds(2)

    private let end: ContinuousClock.Instant
    private var delay = firstDelay

    init(_ limit: Duration = .seconds(60)) {
        end = .now + limit
    }

    /// Waits before the next try: exponentially longer, and jittered so that a crowd does not come back as one.
    ///
    /// - Parameters:
    ///   - leastDelay: What the server asked for with `Retry-After`.
    ///   - failure: What the last try met, for the error.
    /// - Throws: `gaveUp` when the limit is over.
    mutating func wait(atLeast leastDelay: Duration? = nil, after failure: String) async throws(DemoError) {
        let pause = max(delay * Double.random(in: 0.5...1), min(leastDelay ?? .zero, Self.longestDelay))
        guard .now + pause < end else {
            throw DemoError(code: .gaveUp, message: "No success within the time that a customer waits: \(failure)")
        }
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw DemoError(code: .gaveUp, message: "The demo was stopped.", cause: error)
        }
        delay = min(delay * 2, Self.longestDelay)
    }
}

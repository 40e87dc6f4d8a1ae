/// The pauses between attempts: doubled each time up to a limit, and jittered, so that many clients of a server that
/// comes back do not come back in the same instant.
struct Backoff {
    static let first: Duration = .milliseconds(50)
    static let limit: Duration = .seconds(1)

    private var ceiling = Self.first

    /// The next pause, between half of the ceiling and the ceiling.
    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { ceiling = min(ceiling * 2, Self.limit) }
        return ceiling * Double.random(in: 0.5...1, using: &generator)
    }

    mutating func reset() {
        ceiling = Self.first
    }
}

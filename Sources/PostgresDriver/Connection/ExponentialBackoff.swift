/// Delays that double up to a limit, each cut by a random part of up to half, so that many clients of one server that
/// came back do not all knock at the same moment.
struct ExponentialBackoff {
    private let first: Duration
    private let limit: Duration
    private var current: Duration

    init(first: Duration = .milliseconds(50), limit: Duration = .seconds(1)) {
        self.first = first
        self.limit = limit
        self.current = first
    }

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { current = min(current * 2, limit) }
        return current * Double.random(in: 0.5...1, using: &generator)
    }

    mutating func reset() {
        current = first
    }
}

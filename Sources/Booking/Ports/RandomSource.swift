/// Chance. A simulator puts its own in, so that a run can be repeated.
public protocol RandomSource: Sendable {
    /// 64 random bits.
    func next() -> UInt64
}

extension RandomSource {
    /// A duration from zero up to `limit`, each as likely as the others.
    func duration(upTo limit: Duration) -> Duration {
        let (seconds, attoseconds) = limit.components
        let nanoseconds = UInt64(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
        return .nanoseconds(Int64(clamping: nanoseconds.multipliedFullWidth(by: next()).high))
    }
}

/// The operating system's random numbers.
public struct SystemRandomSource: RandomSource {
    /// Makes a source.
    public init() {}

    public func next() -> UInt64 {
        var random = SystemRandomNumberGenerator()
        return random.next()
    }
}

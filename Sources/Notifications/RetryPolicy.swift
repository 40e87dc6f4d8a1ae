/// How often and when a mail is tried again.
public struct RetryPolicy: Hashable, Sendable {
    /// Tries in all, the first one included.
    public var maximumTries: Int
    /// The delay before the second try; it doubles from try to try.
    public var firstDelay: Duration
    /// No delay is longer.
    public var longestDelay: Duration

    /// Sets the policy. By default it gives up after about five minutes, long enough for a server's restart and for most
    /// grey lists.
    public init(
        maximumTries: Int = 12, firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(60)
    ) {
        precondition(maximumTries > 0, "a mail is tried at least once")
        self.maximumTries = maximumTries
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    /// The delay after the failed try `count`, from half to the whole of the doubled one, so that mails that failed
    /// together do not come back together.
    func delay(afterTry count: Int, using random: inout some RandomNumberGenerator) -> Duration {
        // Beyond 2^32 times the first delay the longest is certainly reached, and `Duration` does not overflow yet.
        let doubled = min(firstDelay * (1 << min(count - 1, 32)), longestDelay)
        return doubled * Double.random(in: 0.5...1, using: &random)
    }
}

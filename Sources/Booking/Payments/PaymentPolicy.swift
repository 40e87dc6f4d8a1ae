/// How a payment is tried.
public struct PaymentPolicy: Sendable {
    /// How long one try, or one look-up, may take.
    public let timeout: Duration
    /// Tries with the same idempotency key, until the payment is given up.
    public let tries: Int
    /// The longest pause after the first failed try; it doubles with each. Each pause is drawn from zero to its longest,
    /// so that those who failed together do not come back together.
    public let firstPause: Duration
    /// What the pauses double up to.
    public let longestPause: Duration
    /// How often the gateway is asked what became of a charge whose last try was not answered.
    public let lookUps: Int
    /// Tries of all workers without a clear answer, one after the other, after which nothing is sent for a while.
    public let breakerThreshold: Int
    /// How long nothing is sent then.
    public let breakerPause: Duration

    /// Describes how a payment is tried.
    public init(
        timeout: Duration = .seconds(5), tries: Int = 3, firstPause: Duration = .milliseconds(200),
        longestPause: Duration = .seconds(2), lookUps: Int = 2, breakerThreshold: Int = 20,
        breakerPause: Duration = .seconds(5)
    ) {
        self.timeout = timeout
        self.tries = tries
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.lookUps = lookUps
        self.breakerThreshold = breakerThreshold
        self.breakerPause = breakerPause
    }
}

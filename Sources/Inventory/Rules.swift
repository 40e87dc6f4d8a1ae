/// What an offering allows its customers.
public struct Rules: Hashable, Sendable {
    /// How long a hold lasts, and how much an extension adds.
    public let holdTime: Duration
    /// How long a hold lasts at most, with all its extensions.
    public let longestHold: Duration
    /// The most places in one hold.
    public let unitsPerHold: Int
    /// The most places that one customer has, holds and bookings together; nil for no limit.
    public let unitsPerCustomer: Int?
    /// When holds are first granted; nil for from the beginning.
    public let saleOpens: Moment?
    /// When holds are granted no more; those that are there can still be bought. Nil for never.
    public let saleCloses: Moment?

    /// `holdTime`, split once rather than with each hold.
    let holdNanoseconds: Int64

    /// The bounds of the rules themselves.
    public enum Limit {
        /// The longest hold, extensions included.
        public static let longestHold = Duration.seconds(86_400)
        /// Places in one hold.
        public static let unitsPerHold = 1_000
        /// Places of one customer.
        public static let unitsPerCustomer = 1_000_000
    }

    /// Describes what is allowed. Values out of bounds are brought to the nearest bound.
    ///
    /// - Parameters:
    ///   - holdTime: At least a second, at most `longestHold`.
    ///   - longestHold: At most `Limit.longestHold`.
    ///   - unitsPerHold: 1 to `Limit.unitsPerHold`.
    ///   - unitsPerCustomer: 1 to `Limit.unitsPerCustomer`.
    public init(
        holdTime: Duration = .seconds(600), longestHold: Duration = .seconds(1_800), unitsPerHold: Int = 100,
        unitsPerCustomer: Int? = nil, saleOpens: Moment? = nil, saleCloses: Moment? = nil
    ) {
        self.longestHold = min(max(longestHold, .seconds(1)), Limit.longestHold)
        self.holdTime = min(max(holdTime, .seconds(1)), self.longestHold)
        holdNanoseconds = self.holdTime.clampedNanoseconds
        self.unitsPerHold = min(max(unitsPerHold, 1), Limit.unitsPerHold)
        self.unitsPerCustomer = unitsPerCustomer.map { min(max($0, 1), Limit.unitsPerCustomer) }
        self.saleOpens = saleOpens
        self.saleCloses = saleCloses
    }
}

/// A reading of the owner's monotonic clock. Deadlines are decided by it alone.
public struct Moment: Hashable, Comparable, Sendable {
    /// Nanoseconds since an origin that the clock chooses.
    public let nanoseconds: Int64

    /// Makes a moment of nanoseconds since the clock's origin.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The earlier of two moments first.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment that lies `duration` later, kept within what 64 bits can say (292 years).
    public static func + (moment: Self, duration: Duration) -> Self {
        moment.advanced(byNanoseconds: duration.clampedNanoseconds)
    }

    func advanced(byNanoseconds distance: Int64) -> Self {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(distance)
        guard overflow else { return Self(nanoseconds: sum) }
        return Self(nanoseconds: distance < 0 ? .min : .max)
    }

    /// The time from the right moment to the left; negative when the left one is earlier.
    public static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, kept within what 64 bits can say. Splitting a duration costs a division of 128 bits.
    var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard overflow || carry else { return sum }
        return seconds < 0 ? .min : .max
    }
}

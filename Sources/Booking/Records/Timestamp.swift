/// A point of wall-clock time, as stores and clients write it. Deadlines are decided by `Moment`, never by this.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let millisecondsSince1970: Int64

    /// Makes a timestamp of milliseconds since 1970.
    public init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    /// The earlier of two timestamps first.
    public static func < (left: Self, right: Self) -> Bool { left.millisecondsSince1970 < right.millisecondsSince1970 }

    /// The timestamp that lies `duration` later, in whole milliseconds.
    public static func + (timestamp: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds &* 1_000 &+ attoseconds / 1_000_000_000_000_000
        return Self(millisecondsSince1970: timestamp.millisecondsSince1970 &+ milliseconds)
    }

    /// The time from the right timestamp to the left; negative when the left one is earlier.
    public static func - (left: Self, right: Self) -> Duration {
        .milliseconds(left.millisecondsSince1970 &- right.millisecondsSince1970)
    }
}

/// An instant, `timestamptz`, to the microsecond.
///
/// The server's last 29 years, from 294247 on, are out of reach and decode as infinite.
public struct PostgresTimestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    public var microsecondsSince1970: Int64

    /// Makes an instant.
    public init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// PostgreSQL's `infinity`, after every instant.
    public static let infinity = PostgresTimestamp(microsecondsSince1970: .max)

    /// PostgreSQL's `-infinity`, before every instant.
    public static let negativeInfinity = PostgresTimestamp(microsecondsSince1970: .min)

    /// Whether `lhs` is the earlier one.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.microsecondsSince1970 < rhs.microsecondsSince1970 }
}

extension PostgresTimestamp {
    /// PostgreSQL counts from 2000-01-01 00:00 UTC.
    private static let epochOffset: Int64 = 946_684_800_000_000

    /// The server's count, whose extremes are the infinities.
    init(microsecondsSince2000: Int64) {
        switch microsecondsSince2000 {
        case .max: self = .infinity
        case .min: self = .negativeInfinity
        default:
            let (sum, isTooLarge) = microsecondsSince2000.addingReportingOverflow(Self.epochOffset)
            self.init(microsecondsSince1970: isTooLarge ? .max : sum)
        }
    }

    /// An instant before the server's first one becomes the smallest finite count, which the server refuses.
    var microsecondsSince2000: Int64 {
        switch self {
        case .infinity: return .max
        case .negativeInfinity: return .min
        default:
            let (difference, isTooSmall) = microsecondsSince1970.subtractingReportingOverflow(Self.epochOffset)
            return isTooSmall || difference == .min ? .min + 1 : difference
        }
    }
}

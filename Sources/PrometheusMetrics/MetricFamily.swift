/// What a metric is for: the lines above its values, and a row of the table for people.
public struct MetricFamily: Hashable, Sendable {
    /// How the values of a metric behave.
    public enum Kind: String, Hashable, Sendable {
        /// Only rises, and begins anew with the process.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts values by size.
        case histogram
    }

    /// The name, in base units and by Prometheus' rules: `usher_http_requests_total`.
    public let name: String
    /// How its values behave.
    public let kind: Kind
    /// The names of its labels.
    public let labels: [String]
    /// What it shows, for a person.
    public let help: String
    /// The upper bounds of a histogram's buckets, rising; the last one, without a bound, is not among them.
    public let buckets: [Double]

    /// Describes a metric.
    ///
    /// - Parameter buckets: A histogram's bounds, by default those for times in seconds.
    public init(
        _ name: String, _ kind: Kind, labels: [String] = [], buckets: [Double] = Self.seconds, _ help: String
    ) {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }, "a histogram's bounds rise")
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
        self.buckets = kind == .histogram ? buckets : []
    }

    /// From 0.1 ms, which is a hold, to 10 s, which is too long for anything.
    public static let seconds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
}

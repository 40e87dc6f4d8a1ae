/// What became of a threshold.
struct Verdict: Sendable {
    let threshold: Threshold
    /// nil when nothing was measured.
    let value: Double?

    /// A threshold of something that never happened is missed, unless it asks for a count: then it is zero.
    var isKept: Bool {
        guard let value else { return false }
        return threshold.comparison.holds(value, threshold.limit)
    }

    /// - Parameter seconds: The length of the run, for the rates of counters.
    init(_ threshold: Threshold, _ totals: Totals, seconds: Double) {
        self.threshold = threshold
        value = Self.value(threshold.statistic, totals.value(of: threshold.selector), seconds)
    }

    private static func value(_ statistic: Threshold.Statistic, _ value: SeriesValue?, _ seconds: Double) -> Double? {
        switch (value, statistic) {
        case (.counter(let count), .count): Double(count)
        case (.counter(let count), .rate): Double(count) / max(seconds, 1e-9)
        case (nil, .count): 0
        case (.rate(let rate), .rate): rate.share
        case (.rate(let rate), .count): Double(rate.passes)
        case (.trend(let trend), .average): trend.average
        case (.trend(let trend), .minimum): trend.min
        case (.trend(let trend), .median): trend.median
        case (.trend(let trend), .maximum): trend.max
        case (.trend(let trend), .count): Double(trend.count)
        case (.trend(let trend), .percentile(let percent)): trend.percentile(percent)
        default: nil
        }
    }
}

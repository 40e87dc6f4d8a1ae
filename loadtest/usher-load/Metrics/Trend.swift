import Histogram

/// How times are spread: three digits of each, from a microsecond up, and their exact sum.
struct Trend: Sendable {
    private(set) var count = 0
    /// In microseconds.
    private var sum = 0
    private var least = UInt64.max
    private var most: UInt64 = 0
    private var histogram: Histogram<UInt64>

    init() {
        // Most answers come within 100 ms. When a longer time comes, it grows.
        histogram = Histogram(lowestDiscernibleValue: 1, highestTrackableValue: 100_000)
        histogram.autoResize = true
    }

    mutating func record(microseconds: UInt64) {
        histogram.record(microseconds)
        count += 1
        sum += Int(microseconds)
        least = Swift.min(least, microseconds)
        most = Swift.max(most, microseconds)
    }

    mutating func add(_ other: Trend) {
        guard other.count > 0 else { return }
        histogram.add(other.histogram)
        count += other.count
        sum += other.sum
        least = Swift.min(least, other.least)
        most = Swift.max(most, other.most)
    }

    // MARK: - In milliseconds

    var total: Double { Double(sum) / 1000 }
    var average: Double { count == 0 ? 0 : total / Double(count) }
    var min: Double { count == 0 ? 0 : Double(least) / 1000 }
    var max: Double { Double(most) / 1000 }
    var median: Double { percentile(50) }

    /// - Parameter percent: From 0 to 100.
    func percentile(_ percent: Double) -> Double {
        count == 0 ? 0 : Double(histogram.valueAtPercentile(percent)) / 1000
    }
}

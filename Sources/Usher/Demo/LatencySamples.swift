/// Times that were taken, for exact percentiles.
struct LatencySamples: Sendable {
    private var samples: [Duration] = []

    mutating func add(_ sample: Duration) { samples.append(sample) }

    mutating func add(_ other: LatencySamples) { samples += other.samples }

    /// The smallest sample that at least `percent` of all samples do not exceed (nearest rank); nil without samples.
    ///
    /// - Complexity: O(*n* log *n*)
    func percentile(_ percent: Int) -> Duration? {
        guard !samples.isEmpty else { return nil }
        let rank = (samples.count * percent + 99) / 100
        return samples.sorted()[max(rank, 1) - 1]
    }
}

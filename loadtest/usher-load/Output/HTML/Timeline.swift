/// How a run went on: what the curves are drawn from.
struct Timeline {
    /// Milliseconds.
    struct Latency {
        var median: Double
        var p95: Double
        var p99: Double
    }

    /// A second of the run, or a few when it was long: counts are then sums, and latencies the worst.
    struct Moment {
        var time: Double
        var length: Double
        var requests: Int
        var failures: Int
        var dropped: Int
        var users: Int
        /// By the requests' names.
        var latencies: [String: Latency]

        fileprivate mutating func add(_ other: Moment) {
            time = other.time
            length += other.length
            requests += other.requests
            failures += other.failures
            dropped += other.dropped
            users = max(users, other.users)
            latencies.merge(other.latencies) { left, right in
                Latency(
                    median: max(left.median, right.median), p95: max(left.p95, right.p95), p99: max(left.p99, right.p99)
                )
            }
        }
    }

    private(set) var moments: [Moment] = []
    /// How many seconds a moment is to have.
    private(set) var width = 1.0

    /// More would not be seen in a curve.
    private static let most = 600

    var names: [String] { Set(moments.flatMap(\.latencies.keys)).sorted() }

    mutating func add(_ second: Second) {
        let moment = Moment(second)
        // The rest of a second at the end of a run is too short for a rate of its own.
        if let last = moments.last, last.length + moment.length / 2 < width || moment.length < 0.5 {
            moments[moments.count - 1].add(moment)
        } else {
            moments.append(moment)
        }
        if moments.count > Self.most { widen() }
    }

    private mutating func widen() {
        width *= 2
        moments = stride(from: 0, to: moments.count, by: 2).map { index in
            var moment = moments[index]
            if index + 1 < moments.count { moment.add(moments[index + 1]) }
            return moment
        }
    }
}

extension Timeline.Moment {
    init(_ second: Second) {
        var totals = Totals()
        totals.add(second.series)
        time = second.time
        length = second.length
        requests = totals.counter(Metric.requests)
        failures = totals.rate(Metric.requestsFailed).passes
        dropped = totals.counter(Metric.dropped)
        users = second.activeUsers
        latencies = [:]
        for name in totals.values(of: "name", in: Metric.duration) {
            let trend = totals.trend(Metric.duration, ["name": name])
            latencies[name] = Timeline.Latency(
                median: trend.median, p95: trend.percentile(95), p99: trend.percentile(99))
        }
    }
}

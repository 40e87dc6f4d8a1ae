/// Where the users of one scenario on one lane record what they do and find, each thing under its name.
final class CrewMetrics {
    private let recorder: Recorder
    private let tags: Tags
    // A journey uses few names, and always the same: looking through a short array is faster than hashing.
    private var requests: [(name: String, method: Method, series: RequestSeries)] = []
    private var counters: [(name: String, counter: Recorder.Counter)] = []
    private var checks: [(name: String, rate: Recorder.RateCounter)] = []
    private var trends: [(name: String, trend: Recorder.Distribution)] = []

    /// - Parameter tags: Of all that is recorded here.
    init(_ recorder: Recorder, _ tags: Tags) {
        self.recorder = recorder
        self.tags = tags
    }

    func wish(for seats: Range<Int>, of event: Event) { recorder.wish(for: seats, of: event) }

    func request(_ name: String, _ method: Method) -> RequestSeries {
        if let known = requests.first(where: { $0.name == name && $0.method == method }) { return known.series }
        let series = RequestSeries(recorder, tags.with("name", name).with("method", method.rawValue))
        requests.append((name, method, series))
        return series
    }

    func counter(_ metric: String) -> Recorder.Counter {
        if let known = counters.first(where: { $0.name == metric }) { return known.counter }
        let counter = recorder.counter(metric, tags)
        counters.append((metric, counter))
        return counter
    }

    func check(_ name: String) -> Recorder.RateCounter {
        if let known = checks.first(where: { $0.name == name }) { return known.rate }
        let rate = recorder.rate(Metric.checks, tags.with("check", name))
        checks.append((name, rate))
        return rate
    }

    func trend(_ metric: String) -> Recorder.Distribution {
        if let known = trends.first(where: { $0.name == metric }) { return known.trend }
        let trend = recorder.trend(metric, tags)
        trends.append((metric, trend))
        return trend
    }
}

/// All that a run has measured, series by series.
struct Totals: Sendable {
    private(set) var series: [SeriesKey: SeriesValue] = [:]

    mutating func add(_ measured: [SeriesKey: SeriesValue]) {
        for (key, value) in measured {
            // Taken out first, so that the sum is made in place.
            if var sum = series.removeValue(forKey: key) {
                sum.add(value)
                series[key] = sum
            } else {
                series[key] = value
            }
        }
    }

    /// The metrics' names, in order.
    var metrics: [String] { Set(series.keys.map(\.metric)).sorted() }

    /// What all series together have gathered that a selector chooses; nil when nothing.
    func value(of selector: Selector) -> SeriesValue? {
        var sum: SeriesValue?
        for (key, value) in series where selector.selects(key) {
            if sum == nil { sum = value } else { sum?.add(value) }
        }
        return sum
    }

    func counter(_ metric: String, _ tags: Tags = [:]) -> Int {
        if case .counter(let count) = value(of: Selector(metric: metric, tags: tags)) { count } else { 0 }
    }

    func rate(_ metric: String, _ tags: Tags = [:]) -> Rate {
        if case .rate(let rate) = value(of: Selector(metric: metric, tags: tags)) { rate } else { Rate() }
    }

    func trend(_ metric: String, _ tags: Tags = [:]) -> Trend {
        if case .trend(let trend) = value(of: Selector(metric: metric, tags: tags)) { trend } else { Trend() }
    }

    /// The values that a tag has among a metric's series, in order.
    func values(of tag: String, in metric: String) -> [String] {
        Set(series.keys.filter { $0.metric == metric }.compactMap { $0.tags[tag] }).sorted()
    }
}

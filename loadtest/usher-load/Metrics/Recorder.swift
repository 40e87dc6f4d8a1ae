import NIOCore

/// Gathers the measurements of one event loop, without locks: it is used there only.
final class Recorder {
    final class Counter {
        fileprivate var value = 0

        func add(_ count: Int) { value += count }
    }

    final class RateCounter {
        fileprivate var value = Rate()

        func add(_ passes: Bool) {
            value.total += 1
            if passes { value.passes += 1 }
        }
    }

    final class Distribution {
        fileprivate var value = Trend()

        func record(_ time: TimeAmount) {
            value.record(microseconds: UInt64(max(0, time.nanoseconds)) / 1000)
        }
    }

    private enum Series {
        case counter(Counter)
        case rate(RateCounter)
        case trend(Distribution)
    }

    private var series: [SeriesKey: Series] = [:]
    private(set) var wishes = SeatWishes()

    /// The counter of this name and these tags. Ask once and keep it: looking it up costs more than counting.
    func counter(_ metric: String, _ tags: Tags) -> Counter {
        let key = SeriesKey(metric: metric, tags: tags)
        if case .counter(let counter) = series[key] { return counter }
        let counter = Counter()
        series[key] = .counter(counter)
        return counter
    }

    func rate(_ metric: String, _ tags: Tags) -> RateCounter {
        let key = SeriesKey(metric: metric, tags: tags)
        if case .rate(let rate) = series[key] { return rate }
        let rate = RateCounter()
        series[key] = .rate(rate)
        return rate
    }

    func trend(_ metric: String, _ tags: Tags) -> Distribution {
        let key = SeriesKey(metric: metric, tags: tags)
        if case .trend(let trend) = series[key] { return trend }
        let trend = Distribution()
        series[key] = .trend(trend)
        return trend
    }

    func wish(for seats: Range<Int>, of event: Event) { wishes.add(seats, of: event) }

    /// What has been gathered since the last time; series that stood still are left out.
    func drain() -> [SeriesKey: SeriesValue] {
        series.compactMapValues { series in
            switch series {
            case .counter(let counter):
                defer { counter.value = 0 }
                return counter.value == 0 ? nil : .counter(counter.value)
            case .rate(let rate):
                defer { rate.value = Rate() }
                return rate.value.total == 0 ? nil : .rate(rate.value)
            case .trend(let trend):
                guard trend.value.count > 0 else { return nil }
                defer { trend.value = Trend() }
                return .trend(trend.value)
            }
        }
    }
}

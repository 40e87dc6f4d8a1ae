import NIOCore

/// When each iteration of an arrival rate is to begin. A pure function of its number: nothing that happens moves it.
struct ArrivalSchedule: Sendable {
    /// A time in which the rate changes in a straight line.
    private struct Slope: Sendable {
        /// In seconds from the scenario's start.
        var start: Double
        var duration: Double
        /// Arrivals a second.
        var from: Double
        var to: Double
        /// How many arrivals come before it.
        var before: Double

        var arrivals: Double { (from + to) / 2 * duration }

        /// Seconds into the slope at which so many arrivals have come: the root of `from·t + (to − from)/(2·duration)·t²`.
        func time(of arrivals: Double) -> Double {
            let bend = (to - from) / duration
            if abs(bend) < 1e-9 { return arrivals / from }
            // This form of the root keeps its digits when the bend is small.
            let root = max(0, from * from + 2 * bend * arrivals).squareRoot()
            return from + root > 0 ? 2 * arrivals / (from + root) : 0
        }
    }

    private var slopes: [Slope] = []
    /// How many iterations there are in all.
    private(set) var count = 0

    /// nil for the executors that have no arrival rate.
    init?(_ executor: Executor) {
        switch executor {
        case .constantArrivalRate(let rate, let unit, let duration, _):
            let perSecond = rate / unit.inSeconds
            append(duration.inSeconds, from: perSecond, to: perSecond)
        case .rampingArrivalRate(let start, let unit, let stages, _):
            var from = start / unit.inSeconds
            for stage in stages {
                let to = stage.target / unit.inSeconds
                append(stage.duration.inSeconds, from: from, to: to)
                from = to
            }
        case .constantVUs, .rampingVUs: return nil
        }
        count = Int(((slopes.last.map { $0.before + $0.arrivals } ?? 0) + 1e-6).rounded(.down))
    }

    /// When number `index` is to begin, from the scenario's start; nil when there is no such number.
    func time(of index: Int) -> TimeAmount? {
        guard index < count else { return nil }
        // The first arrival comes at once, as with k6.
        let position = Double(index)
        guard let slope = slopes.last(where: { $0.before <= position && $0.arrivals > 0 }) else { return nil }
        let seconds = slope.start + min(slope.duration, slope.time(of: position - slope.before))
        return .nanoseconds(Int64(seconds * 1e9))
    }

    private mutating func append(_ duration: Double, from: Double, to: Double) {
        // A stage without length is a jump of the rate.
        guard duration > 0 else { return }
        let last = slopes.last
        slopes.append(
            Slope(
                start: last.map { $0.start + $0.duration } ?? 0, duration: duration, from: from, to: to,
                before: last.map { $0.before + $0.arrivals } ?? 0))
    }
}

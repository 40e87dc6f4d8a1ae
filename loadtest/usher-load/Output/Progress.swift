import Foundation

/// The line that shows how far a run is. On a terminal it stays in its place; in a log it is written now and then.
struct Progress {
    private let duration: Double
    private let isTerminal: Bool
    private var last = -60.0

    /// Between two lines of a log, in seconds.
    private static let interval = 10.0

    /// - Parameter duration: Of the plan, in seconds.
    init(duration: Double, isTerminal: Bool = isatty(2) == 1) {
        self.duration = duration
        self.isTerminal = isTerminal
    }

    /// What to write to the standard error; nil for nothing.
    mutating func text(of second: Second) -> String? {
        guard isTerminal || second.time - last >= Self.interval else { return nil }
        last = second.time
        return isTerminal ? "\r\u{1B}[K\(line(second))" : line(second) + "\n"
    }

    /// Ends the line.
    var end: String { isTerminal ? "\n" : "" }

    private func line(_ second: Second) -> String {
        var totals = Totals()
        totals.add(second.series)
        let length = max(second.length, 1e-9)
        let requests = Double(totals.counter(Metric.requests)) / length
        let failed = totals.rate(Metric.requestsFailed)
        let times = totals.trend(Metric.duration)
        let share = duration > 0 ? min(1, second.time / duration) : 1
        let bar = Int(share * 20)
        var text = """
            running (\(Format.number(second.time, digits: 1))s/\(Format.number(duration, digits: 1))s) \
            [\(String(repeating: "=", count: bar))\(String(repeating: "-", count: 20 - bar))] \
            \(second.activeUsers)/\(second.users) VUs, \(Format.number(requests, digits: 0)) req/s, \
            med \(Format.time(milliseconds: times.median)), p(99) \(Format.time(milliseconds: times.percentile(99)))
            """
        if failed.passes > 0 { text += ", \(failed.passes) failed" }
        let dropped = totals.counter(Metric.dropped)
        if dropped > 0 { text += ", \(dropped) dropped" }
        return text
    }
}

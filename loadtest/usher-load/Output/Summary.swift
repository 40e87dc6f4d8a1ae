/// The end of a run in k6's well-known form.
struct Summary {
    private let result: RunResult
    /// Up to the colon.
    private static let column = 34

    init(_ result: RunResult) { self.result = result }

    var text: String {
        var sections: [[String]] = [checks, metrics, processors, warnings, crossed]
        sections.removeAll(where: \.isEmpty)
        return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    // MARK: - Checks

    private var checks: [String] {
        result.totals.values(of: "check", in: Metric.checks).flatMap { name in
            let rate = result.totals.rate(Metric.checks, ["check": name])
            if rate.passes == rate.total { return ["     ✓ \(name)"] }
            let share = rate.passes * 100 / max(1, rate.total)
            return [
                "     ✗ \(name)", "      ↳  \(share)% — ✓ \(rate.passes) / ✗ \(rate.total - rate.passes)",
            ]
        }
    }

    // MARK: - Metrics

    private var metrics: [String] {
        var names = Set(result.totals.metrics)
        // Always there, since a zero of these tells something.
        names.formUnion([Metric.users, Metric.usersMax])
        names.formUnion(result.plan.thresholds.map(\.selector.metric))
        return names.sorted().flatMap(lines(of:))
    }

    private func lines(of metric: String) -> [String] {
        switch metric {
        case Metric.users:
            let range = result.usersRange
            return [line(metric, "\(result.users)", "min=\(range.lowerBound)", "max=\(range.upperBound)")]
        case Metric.usersMax:
            return [line(metric, "\(result.usersMax)", "min=\(result.usersMax)", "max=\(result.usersMax)")]
        default: break
        }
        let whole = Selector(metric: metric)
        var parts = Set(result.plan.thresholds.map(\.selector).filter { $0.metric == metric && !$0.tags.isEmpty })
        if metric == Metric.duration { parts.insert(Selector(metric: metric, tags: ["expected_response": "true"])) }
        if metric == Metric.status {
            for name in result.totals.values(of: "class", in: metric) {
                parts.insert(Selector(metric: metric, tags: ["class": name]))
            }
        }
        return [line(of: whole, label: metric, indent: "")]
            + parts.sorted { $0.text < $1.text }.map { part in
                let tags = part.tags.sorted { $0 < $1 }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
                return line(of: part, label: "{ \(tags) }", indent: "  ")
            }
    }

    private func line(of selector: Selector, label: String, indent: String) -> String {
        let verdicts = result.verdicts.filter { $0.threshold.selector == selector }
        let mark = verdicts.isEmpty ? " " : verdicts.allSatisfy(\.isKept) ? "✓" : "✗"
        let label = indent + label
        switch result.totals.value(of: selector) {
        case .counter(let count):
            let rate = Double(count) / max(result.seconds, 1e-9)
            let isData = [Metric.dataSent, Metric.dataReceived].contains(selector.metric)
            return line(
                label, mark: mark, isData ? Format.bytes(Double(count)) : "\(count)",
                isData ? "\(Format.bytes(rate))/s" : Format.perSecond(rate))
        case .rate(let rate):
            return line(
                label, mark: mark, Format.percent(rate.share), "✓ \(rate.passes)", "✗ \(rate.total - rate.passes)")
        case .trend(let trend): return line(label, mark: mark, Self.columns(of: trend))
        case nil: return line(label, mark: mark, "0")
        }
    }

    private static func columns(of trend: Trend) -> String {
        let columns: [(String, Double)] = [
            ("avg", trend.average), ("min", trend.min), ("med", trend.median), ("max", trend.max),
            ("p(90)", trend.percentile(90)), ("p(95)", trend.percentile(95)), ("p(99)", trend.percentile(99)),
        ]
        return columns.map { "\($0.0)=\(Format.time(milliseconds: $0.1))".padded(to: 12) }.joined(separator: " ")
    }

    private func line(_ label: String, mark: String = " ", _ columns: String...) -> String {
        let dots = String(repeating: ".", count: max(3, Self.column - label.count))
        let text = "   \(mark) \(label)\(dots): \(columns.map { $0.padded(to: 10) }.joined(separator: " "))"
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    // MARK: - The tool itself

    private var processors: [String] {
        let requests = result.totals.counter(Metric.requests)
        guard requests > 0, result.seconds > 0 else { return [] }
        var lines = [processor("usher-load", result.ownProcessor, requests)]
        if let server = result.serverProcessor {
            lines.append(processor("server", server, requests))
            if server > 0 {
                lines.append(
                    "     usher-load took \(Format.percent(result.ownProcessor / server)) of the server's processor time"
                )
            }
        }
        let loop = result.loop
        return lines + [
            """
                 in the worst second an event loop ran for \(Format.percent(loop.busy)), and waited for a processor for \
            \(Format.percent(loop.waiting))
            """
        ]
    }

    private func processor(_ name: String, _ seconds: Double, _ requests: Int) -> String {
        line(
            "cpu \(name)", "\(Format.number(seconds / result.seconds * 100, digits: 1))% of a core",
            "\(Format.number(seconds * 1e6 / Double(requests), digits: 1))µs a request")
    }

    private var warnings: [String] { result.warnings.map { "WARN  \($0)" } }

    private var crossed: [String] {
        guard !result.crossed.isEmpty else { return [] }
        let list = result.crossed.map { verdict in
            let value = verdict.value.map { Format.number($0, digits: 4) } ?? "nothing was measured"
            return "      \(verdict.threshold.selector.text): \(verdict.threshold.expression) (\(value))"
        }
        return ["ERROR thresholds have been crossed:"] + list
    }
}

extension RunResult {
    /// Of a processor, in any second: a loop with less time to spare delays what it measures.
    static let busyLimit = 0.85
    /// Of the 99th percentile, in milliseconds.
    static let latenessLimit = 5.0

    /// What one must know to read the figures.
    var warnings: [String] {
        var warnings: [String] = []
        if loop.busy > Self.busyLimit {
            warnings.append(
                """
                usher-load was itself the limit: an event loop was busy for \(Format.percent(loop.busy)) of a second; \
                use more --threads
                """)
        }
        let lateness = totals.trend(Metric.lateness).percentile(99)
        if lateness > Self.latenessLimit {
            warnings.append(
                """
                usher-load was itself the limit: 1% of the iterations began more than \
                \(Format.time(milliseconds: lateness)) too late; leave it more of the machine
                """)
        }
        if let firstError { warnings.append("iterations ended with errors; the first: \(firstError)") }
        return warnings
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

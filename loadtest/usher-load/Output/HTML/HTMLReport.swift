import Foundation
import TextFormats

/// `--report FILE.html`: a run as one page that needs nothing else, neither a host nor a script.
struct HTMLReport: RunOutput {
    let path: String
    private var timeline = Timeline()

    init(path: String) { self.path = path }

    mutating func add(_ second: Second) { timeline.add(second) }

    func finish(_ result: RunResult) throws {
        try Data(page(result).utf8).write(to: URL(filePath: path))
    }

    private func page(_ result: RunResult) -> String {
        let names = result.plan.scenarios.map(\.name).joined(separator: ", ")
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>usher-load: \(names.escapedForHTML)</title>
            <style>
            \(String(decoding: PackageResources.report_css, as: UTF8.self))
            </style></head><body>
            <header><h1>\(names.escapedForHTML)</h1>
            <p>\(result.plan.description.escapedForHTML)</p>
            \(headline(result))</header>
            \(warnings(result))
            <section><h2>Thresholds</h2>\(thresholds(result))</section>
            <section><h2>Latency</h2><div class="charts">\(latencies)</div>\(widthNote)</section>
            <section><h2>Requests</h2><div class="charts">\(rates)</div>\(requests(result))</section>
            \(seats(result))
            <section><h2>Summary</h2><pre>\(Summary(result).text.escapedForHTML)</pre></section>
            </body></html>

            """
    }

    // MARK: - In words

    private func headline(_ result: RunResult) -> String {
        let end = result.wasStopped ? "stopped early" : result.crossed.isEmpty ? "passed" : "failed"
        let scenarios = result.plan.scenarios.map {
            "<li><b>\($0.name.escapedForHTML)</b>: \($0.executor.summary.escapedForHTML), exec \($0.exec.escapedForHTML)</li>"
        }
        return """
            <p><b class="\(result.crossed.isEmpty ? "kept" : "crossed")">\(end)</b> after \
            \(Format.number(result.seconds, digits: 1)) s at \(result.world.server.url.escapedForHTML), \
            \(Date().formatted(.iso8601))</p>
            <ul>\(scenarios.joined(separator: "\n"))</ul>
            """
    }

    private func warnings(_ result: RunResult) -> String {
        result.warnings.map { "<p class=\"warning\">\($0.escapedForHTML)</p>" }.joined(separator: "\n")
    }

    private func thresholds(_ result: RunResult) -> String {
        guard !result.verdicts.isEmpty else { return "<p>None were set.</p>" }
        let rows = result.verdicts.map { verdict in
            """
            <tr class="\(verdict.isKept ? "kept" : "crossed")"><td>\(verdict.isKept ? "✓" : "✗")</td>\
            <td>\(verdict.threshold.selector.text.escapedForHTML)</td><td>\(verdict.threshold.expression.escapedForHTML)</td>\
            <td>\(verdict.value.map { Format.number($0, digits: 4) } ?? "not measured")</td></tr>
            """
        }
        return """
            <div class="wide"><table><tr><th></th><th>of</th><th>must be</th><th>is</th></tr>
            \(rows.joined(separator: "\n"))</table></div>
            """
    }

    private func requests(_ result: RunResult) -> String {
        let rows = result.totals.values(of: "name", in: Metric.requests).map { name in
            let tags = ["name": name]
            let trend = result.totals.trend(Metric.duration, tags)
            let cells =
                [
                    "\(result.totals.counter(Metric.requests, tags))",
                    "\(result.totals.rate(Metric.requestsFailed, tags).passes)",
                ]
                + [trend.median, trend.percentile(95), trend.percentile(99), trend.max].map(Format.time(milliseconds:))
            return "<tr><td>\(name.escapedForHTML)</td>\(cells.map { "<td>\($0)</td>" }.joined())</tr>"
        }
        return """
            <div class="wide"><table><tr><th>name</th><th>requests</th><th>failed</th><th>med</th><th>p(95)</th>\
            <th>p(99)</th><th>max</th></tr>
            \(rows.joined(separator: "\n"))</table></div>
            """
    }

    private func seats(_ result: RunResult) -> String {
        guard let seats = result.seats else { return "" }
        return """
            <section><h2>Seats</h2><p>The event that was asked for most, \(seats.event.id.escapedForHTML), section \
            \(Event.section.escapedForHTML): row 1 at the top, seat 1 on the left.</p>\(seats.html)</section>
            """
    }

    // MARK: - In curves

    private var latencies: String {
        timeline.names.map { name in
            let curve = { (label: String, style: String, value: (Timeline.Latency) -> Double) in
                Chart.Curve(
                    name: label, style: style,
                    points: timeline.moments.map { ($0.time, $0.latencies[name].map(value)) })
            }
            return Chart(
                title: name,
                curves: [
                    curve("p99", "third", \.p99), curve("p95", "second", \.p95), curve("p50", "first", \.median),
                ], label: Format.time(milliseconds:)
            ).html
        }.joined(separator: "\n")
    }

    private var rates: String {
        let curve = { (label: String, style: String, value: (Timeline.Moment) -> Int) in
            Chart.Curve(
                name: label, style: style,
                points: timeline.moments.map { ($0.time, Double(value($0)) / max($0.length, 1e-9)) })
        }
        let number = { Format.number($0, digits: 1) }
        let users = Chart.Curve(
            name: "users", style: "first", points: timeline.moments.map { ($0.time, Double($0.users)) })
        return [
            Chart(title: "Requests a second", curves: [curve("requests", "first", \.requests)], label: number),
            Chart(
                title: "Errors a second",
                curves: [
                    curve("dropped iterations", "second", \.dropped), curve("failed requests", "third", \.failures),
                ], label: number),
            Chart(title: "Users at work", curves: [users], label: number),
        ].map(\.html).joined(separator: "\n")
    }

    private var widthNote: String {
        guard timeline.width > 1 else { return "" }
        return """
            <p>Each point stands for \(Format.number(timeline.width)) seconds, and shows the latencies of the worst of \
            them.</p>
            """
    }
}

import Foundation

/// `--summary-export`: the summary as JSON, in the form of k6's option of that name.
///
/// As with k6, a threshold is `true` when it was crossed. Beside k6's fields, `usher_load` tells about the tool itself.
struct SummaryExport: RunOutput {
    let path: String

    func finish(_ result: RunResult) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(Document(result)).write(to: URL(filePath: path))
    }

    private struct Document: Encodable {
        let metrics: [String: Entry]
        let rootGroup: Group
        let usherLoad: Tool

        enum CodingKeys: String, CodingKey {
            case metrics, rootGroup = "root_group", usherLoad = "usher_load"
        }

        init(_ result: RunResult) {
            var selectors = Set(result.totals.metrics.map { Selector(metric: $0) })
            selectors.formUnion(result.plan.thresholds.map(\.selector))
            selectors.insert(Selector(metric: Metric.duration, tags: ["expected_response": "true"]))
            for name in result.totals.values(of: "class", in: Metric.status) {
                selectors.insert(Selector(metric: Metric.status, tags: ["class": name]))
            }
            var metrics: [String: Entry] = [:]
            for selector in selectors { metrics[selector.text] = Entry(selector, result) }
            let range = result.usersRange
            metrics[Metric.users] = Entry(gauge: result.users, range.lowerBound, range.upperBound)
            metrics[Metric.usersMax] = Entry(gauge: result.usersMax, result.usersMax, result.usersMax)
            self.metrics = metrics
            rootGroup = Group(result.totals)
            usherLoad = Tool(result)
        }
    }

    /// A metric: its statistics, and which of its thresholds were crossed.
    private struct Entry: Encodable {
        private var numbers: [String: Double]
        private var thresholds: [String: Bool] = [:]

        init(gauge value: Int, _ min: Int, _ max: Int) {
            numbers = ["value": Double(value), "min": Double(min), "max": Double(max)]
        }

        init(_ selector: Selector, _ result: RunResult) {
            numbers = result.totals.value(of: selector)?.statistics(seconds: result.seconds) ?? [:]
            for verdict in result.verdicts where verdict.threshold.selector == selector {
                thresholds[verdict.threshold.expression] = !verdict.isKept
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Name.self)
            for (name, number) in numbers { try container.encode(number, forKey: Name(stringValue: name)) }
            if !thresholds.isEmpty { try container.encode(thresholds, forKey: Name(stringValue: "thresholds")) }
        }

        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    private struct Group: Encodable {
        var name = ""
        var path = ""
        var groups: [String: String] = [:]
        let checks: [String: Check]

        struct Check: Encodable {
            let name: String
            let path: String
            let passes: Int
            let fails: Int
        }

        init(_ totals: Totals) {
            var checks: [String: Check] = [:]
            for name in totals.values(of: "check", in: Metric.checks) {
                let rate = totals.rate(Metric.checks, ["check": name])
                checks[name] = Check(
                    name: name, path: "::\(name)", passes: rate.passes, fails: rate.total - rate.passes)
            }
            self.checks = checks
        }
    }

    private struct Tool: Encodable {
        let seconds: Double
        let cpuSeconds: Double
        let cpuMicrosecondsPerRequest: Double
        let serverCpuSeconds: Double?
        let serverCpuMicrosecondsPerRequest: Double?
        let loopBusy: Double
        let loopWaiting: Double
        let warnings: [String]

        enum CodingKeys: String, CodingKey {
            case seconds, cpuSeconds = "cpu_seconds", cpuMicrosecondsPerRequest = "cpu_us_per_request"
            case serverCpuSeconds = "server_cpu_seconds"
            case serverCpuMicrosecondsPerRequest = "server_cpu_us_per_request"
            case loopBusy = "loop_busy", loopWaiting = "loop_waiting", warnings
        }

        init(_ result: RunResult) {
            let requests = Double(max(1, result.totals.counter(Metric.requests)))
            seconds = result.seconds
            cpuSeconds = result.ownProcessor
            cpuMicrosecondsPerRequest = result.ownProcessor * 1e6 / requests
            serverCpuSeconds = result.serverProcessor
            serverCpuMicrosecondsPerRequest = result.serverProcessor.map { $0 * 1e6 / requests }
            loopBusy = result.loop.busy
            loopWaiting = result.loop.waiting
            warnings = result.warnings
        }
    }
}

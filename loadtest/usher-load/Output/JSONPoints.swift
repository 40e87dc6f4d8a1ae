import Foundation

/// `--out json=FILE`: lines of JSON as k6 writes them, `Metric` when a metric first appears and then `Point`.
///
/// k6 writes a point for each sample, which at tens of thousands of requests a second would be the test's main work. Here
/// a point is one second of one series: `value` is the sum of a counter, the share of a rate, the average of a trend (in
/// milliseconds), and a rate and a trend have their other figures beside it.
struct JSONPoints: RunOutput {
    private let file: FileHandle
    private let start = Date()
    private var known: Set<String> = []
    private let encoder = JSONEncoder()

    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw PlanError("--out json=\(path): the file cannot be written") }
        self.file = file
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    mutating func add(_ second: Second) throws {
        let time = start.addingTimeInterval(second.time).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        var lines = Data()
        for (key, value) in second.series {
            try declare(key.metric, value.kind, value.contains(in: key.metric), &lines)
            let point = Point(time: time, tags: key.tags, statistics: value.statistics(seconds: second.length))
            try append(Line(type: "Point", metric: key.metric, data: point), &lines)
        }
        for (metric, count) in [(Metric.users, second.activeUsers), (Metric.usersMax, second.users)] {
            try declare(metric, "gauge", "default", &lines)
            let point = Point(time: time, tags: [:], statistics: ["value": Double(count)])
            try append(Line(type: "Point", metric: metric, data: point), &lines)
        }
        try file.write(contentsOf: lines)
    }

    func finish(_ result: RunResult) throws {
        try file.close()
    }

    private mutating func declare(_ metric: String, _ kind: String, _ contains: String, _ lines: inout Data) throws {
        guard known.insert(metric).inserted else { return }
        let declaration = Declaration(name: metric, type: kind, contains: contains)
        try append(Line(type: "Metric", metric: metric, data: declaration), &lines)
    }

    private func append(_ line: Line<some Encodable>, _ lines: inout Data) throws {
        lines += try encoder.encode(line)
        lines.append(UInt8(ascii: "\n"))
    }

    private struct Line<Content: Encodable>: Encodable {
        let type: String
        let metric: String
        let data: Content
    }

    private struct Declaration: Encodable {
        let name: String
        let type: String
        let contains: String
        var thresholds: [String] = []
    }

    private struct Point: Encodable {
        let time: String
        let value: Double
        let tags: Tags
        /// What `value` alone does not tell; left out for a counter and a gauge.
        let statistics: [String: Double]?

        init(time: String, tags: Tags, statistics: [String: Double]) {
            self.time = time
            self.tags = tags
            value = statistics["value"] ?? statistics["avg"] ?? statistics["count"] ?? 0
            self.statistics = statistics.count > 2 ? statistics : nil
        }
    }
}

extension SeriesValue {
    /// k6's figures of such a metric, under k6's names.
    ///
    /// - Parameter seconds: The time over which it was measured.
    func statistics(seconds: Double) -> [String: Double] {
        switch self {
        case .counter(let count): ["count": Double(count), "rate": Double(count) / max(seconds, 1e-9)]
        case .rate(let rate):
            ["passes": Double(rate.passes), "fails": Double(rate.total - rate.passes), "value": rate.share]
        case .trend(let trend):
            [
                "avg": trend.average, "min": trend.min, "med": trend.median, "max": trend.max,
                "p(90)": trend.percentile(90), "p(95)": trend.percentile(95), "p(99)": trend.percentile(99),
                "count": Double(trend.count),
            ]
        }
    }

    fileprivate var kind: String {
        switch self {
        case .counter: "counter"
        case .rate: "rate"
        case .trend: "trend"
        }
    }

    fileprivate func contains(in metric: String) -> String {
        switch self {
        case .trend: "time"
        case .counter where [Metric.dataSent, Metric.dataReceived].contains(metric): "data"
        case .counter, .rate: "default"
        }
    }
}

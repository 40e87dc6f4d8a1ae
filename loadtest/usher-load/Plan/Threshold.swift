/// What must hold of a metric, or the test has failed: `http_req_duration{name:hold}: p(99)<50`.
struct Threshold: Sendable, Equatable {
    enum Statistic: Sendable, Equatable {
        case average, minimum, median, maximum, count, rate
        /// From 0 to 100.
        case percentile(Double)
    }

    enum Comparison: String, Sendable, CaseIterable {
        // The longer ones first, since the shorter ones begin them.
        case atMost = "<="
        case atLeast = ">="
        case same = "==="
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case more = ">"

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .atMost: left <= right
            case .atLeast: left >= right
            case .same, .equal: left == right
            case .unequal: left != right
            case .less: left < right
            case .more: left > right
            }
        }
    }

    let selector: Selector
    let expression: String
    let statistic: Statistic
    let comparison: Comparison
    let limit: Double

    /// - Parameter metric: With tags, as in `http_req_duration{name:hold}`.
    init(metric: String, expression: String) throws(PlanError) {
        selector = try Selector(metric)
        self.expression = expression.filter { !$0.isWhitespace }
        guard let (statistic, comparison, limit) = Self.parse(self.expression) else {
            throw PlanError(
                """
                has '\(expression)', and must be a statistic, a comparison and a number: \
                p(99)<50, avg<10, med, min, max, rate>0.99 or count>=1000
                """)
        }
        self.statistic = statistic
        self.comparison = comparison
        self.limit = limit
    }

    private static func parse(_ text: String) -> (Statistic, Comparison, Double)? {
        guard let split = text.firstIndex(where: { "<>=!".contains($0) }),
            let comparison = Comparison.allCases.sorted(by: { $0.rawValue.count > $1.rawValue.count })
                .first(where: { text[split...].hasPrefix($0.rawValue) }),
            let limit = Double(text[split...].dropFirst(comparison.rawValue.count)), limit.isFinite,
            let statistic = statistic(String(text[..<split]))
        else { return nil }
        return (statistic, comparison, limit)
    }

    private static func statistic(_ name: String) -> Statistic? {
        switch name {
        case "avg": return .average
        case "min": return .minimum
        case "med": return .median
        case "max": return .maximum
        case "count": return .count
        case "rate": return .rate
        default:
            guard name.hasPrefix("p("), name.hasSuffix(")"), let percent = Double(name.dropFirst(2).dropLast()),
                (0...100).contains(percent)
            else { return nil }
            return .percentile(percent)
        }
    }
}

/// A metric, or the part of it with some tags: `http_reqs{name:hold,scenario:storm}`.
struct Selector: Hashable, Sendable {
    let metric: String
    let tags: Tags

    init(metric: String, tags: Tags = [:]) {
        self.metric = metric
        self.tags = tags
    }

    init(_ text: String) throws(PlanError) {
        guard let brace = text.firstIndex(of: "{") else {
            self.init(metric: text)
            return
        }
        guard text.hasSuffix("}") else { throw PlanError("must end with } after its tags") }
        var tags: Tags = [:]
        for part in text[text.index(after: brace)...].dropLast().split(separator: ",") {
            let pair = part.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { throw PlanError("has '\(part)' between its braces, and must have tag:value") }
            tags[pair[0].trimmingSpaces] = pair[1].trimmingSpaces
        }
        self.init(metric: text[..<brace].trimmingSpaces, tags: tags)
    }

    func selects(_ key: SeriesKey) -> Bool {
        key.metric == metric && tags.allSatisfy { key.tags[$0.key] == $0.value }
    }

    /// As k6 writes it.
    var text: String {
        tags.isEmpty
            ? metric : "\(metric){\(tags.sorted { $0 < $1 }.map { "\($0.key):\($0.value)" }.joined(separator: ","))}"
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        let start = drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}

/// What tells the series of one metric apart, such as `name: hold`.
typealias Tags = [String: String]

extension Tags {
    func with(_ tag: String, _ value: String) -> Tags { merging([tag: value]) { $1 } }
}

struct SeriesKey: Hashable, Sendable {
    var metric: String
    var tags: Tags
}

/// What a series has gathered.
enum SeriesValue: Sendable {
    case counter(Int)
    case rate(Rate)
    case trend(Trend)

    mutating func add(_ other: SeriesValue) {
        switch (self, other) {
        case (.counter(let left), .counter(let right)): self = .counter(left + right)
        case (.rate(let left), .rate(let right)):
            self = .rate(Rate(passes: left.passes + right.passes, total: left.total + right.total))
        case (.trend(var left), .trend(let right)):
            self = .counter(0)  // Or `left` would be copied.
            left.add(right)
            self = .trend(left)
        default: preconditionFailure("a metric has one kind")
        }
    }
}

/// How often something was so.
struct Rate: Sendable, Equatable {
    var passes = 0
    var total = 0

    /// From 0 to 1; 0 when nothing was counted.
    var share: Double { total == 0 ? 0 : Double(passes) / Double(total) }
}

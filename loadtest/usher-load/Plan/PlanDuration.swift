import NIOCore

/// Times as k6 and Go write them: `500ms`, `30s`, `1m30s`, `1.5h`.
enum PlanDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9),
    ]

    /// The longest time that is taken, so that no sum of them can overflow.
    private static let longest = 366 * 86_400e9

    /// nil when it is no time. A bare number is milliseconds, as with k6.
    static func parse(_ text: String) -> TimeAmount? {
        if let milliseconds = Double(text) { return amount(milliseconds * 1e6) }
        var rest = text[...]
        var sum = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { $0.isLetter }
            rest = rest[name.endIndex...]
            guard let number = Double(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
            sum += number * unit.nanoseconds
        }
        return amount(sum)
    }

    /// `1m30s`, with thousandths of a second at most.
    static func text(_ amount: TimeAmount) -> String {
        let milliseconds = amount.nanoseconds / 1_000_000
        let (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60)
        let (seconds, rest) = (milliseconds / 1000 % 60, milliseconds % 1000)
        if milliseconds < 1000 { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        let fraction = rest == 0 ? "" : ".\(String(rest + 1000).dropFirst())"
        var text = ""
        if hours > 0 { text += "\(hours)h" }
        if hours > 0 || minutes > 0 { text += "\(minutes)m" }
        return text + "\(seconds)\(fraction)s"
    }

    private static func amount(_ nanoseconds: Double) -> TimeAmount? {
        guard nanoseconds >= 0, nanoseconds <= longest else { return nil }
        return .nanoseconds(Int64(nanoseconds.rounded()))
    }
}

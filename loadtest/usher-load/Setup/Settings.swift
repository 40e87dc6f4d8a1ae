import NIOCore

/// A scenario's `env`, with `--env` in front of it.
struct Settings: Sendable {
    let values: [String: String]

    subscript(key: String) -> String? { values[key] }

    func count(_ key: String, _ range: ClosedRange<Int>) throws(PlanError) -> Int? {
        guard let text = values[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw PlanError(
                "env \(key) is \(text), and must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func duration(_ key: String) throws(PlanError) -> TimeAmount? {
        guard let text = values[key] else { return nil }
        guard let amount = PlanDuration.parse(text) else {
            throw PlanError("env \(key) is \(text), and must be a time such as 500ms, 30s or 1m30s")
        }
        return amount
    }
}

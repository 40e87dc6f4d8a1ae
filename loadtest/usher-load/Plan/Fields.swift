import NIOCore
import Yams

/// The keys and values at one place of a scenario file, which knows how to complain about them.
struct Fields {
    /// Such as `scenarios.storm`; empty for the whole file.
    let path: String
    private let mapping: Node.Mapping
    private let file: String

    init(_ node: Node, path: String, file: String, allowed: [String]) throws(PlanError) {
        self.path = path
        self.file = file
        guard let mapping = node.mapping else {
            throw Self.error(file, node, path, "must have keys with values: \(allowed.joined(separator: ", "))")
        }
        self.mapping = mapping
        for (key, _) in mapping where !allowed.isEmpty && !allowed.contains(key.string ?? "") {
            throw Self.error(
                file, key, Self.join(path, key.string ?? "?"),
                "is not known; allowed are \(allowed.joined(separator: ", "))")
        }
    }

    var keys: [String] { mapping.map { $0.key.string ?? "" } }

    subscript(key: String) -> Node? { mapping[key].flatMap { $0.null == nil ? $0 : nil } }

    func fields(_ key: String, allowed: [String]) throws(PlanError) -> Fields? {
        guard let node = self[key] else { return nil }
        return try Fields(node, path: Self.join(path, key), file: file, allowed: allowed)
    }

    /// The items of a list, each with its path.
    func list(_ key: String, allowed: [String]) throws(PlanError) -> [Fields] {
        guard let node = self[key], let sequence = node.sequence, !sequence.isEmpty else {
            throw error(key, "must be a list with at least one of {\(allowed.joined(separator: ", "))}")
        }
        var items: [Fields] = []
        for (index, item) in sequence.enumerated() {
            items.append(try Fields(item, path: "\(Self.join(path, key))[\(index)]", file: file, allowed: allowed))
        }
        return items
    }

    func text(_ key: String) throws(PlanError) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.scalar?.string else { throw error(key, "must be text") }
        return text
    }

    func count(_ key: String, _ range: ClosedRange<Int>) throws(PlanError) -> Int? {
        guard let text = try text(key) else { return nil }
        guard let number = Int(text.replacing("_", with: "")), range.contains(number) else {
            throw error(key, "is \(text), and must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func rate(_ key: String) throws(PlanError) -> Double? {
        guard let text = try text(key) else { return nil }
        guard let number = Double(text.replacing("_", with: "")), number >= 0, number <= 10_000_000 else {
            throw error(key, "is \(text), and must be a number from 0 to 10000000")
        }
        return number
    }

    func duration(_ key: String) throws(PlanError) -> TimeAmount? {
        guard let text = try text(key) else { return nil }
        guard let amount = PlanDuration.parse(text) else {
            throw error(key, "is \(text), and must be a time such as 500ms, 30s or 1m30s")
        }
        return amount
    }

    /// Names with texts, such as `env`.
    func texts(_ key: String) throws(PlanError) -> [String: String] {
        guard let fields = try fields(key, allowed: []) else { return [:] }
        var texts: [String: String] = [:]
        for name in fields.keys { texts[name] = try fields.text(name) ?? "" }
        return texts
    }

    func required<Value>(_ key: String, _ value: Value?) throws(PlanError) -> Value {
        guard let value else { throw error(key, "is missing") }
        return value
    }

    func error(_ key: String, _ what: String) -> PlanError {
        Self.error(file, self[key] ?? Node.mapping(mapping), Self.join(path, key), what)
    }

    private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private static func error(_ file: String, _ node: Node, _ path: String, _ what: String) -> PlanError {
        let line = node.mark.map { ":\($0.line)" } ?? ""
        return PlanError("\(file)\(line): \(path.isEmpty ? "the file" : path) \(what)")
    }
}

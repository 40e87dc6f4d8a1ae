/// What came of all scenarios.
struct Summary: Sendable {
    private let start = ContinuousClock.now
    private var passed: [String] = []
    private var failed: [String] = []
    private var skipped: [String] = []
    private var found: [String] = []
    private var missed: [String] = []
    private var operations = 0

    mutating func add(_ report: Report, _ plant: Plant?) {
        operations += report.operations
        if let reason = report.skipped {
            skipped.append("\(report.scenario), \(reason)")
        } else if let plant {
            if report.isGood { missed.append(plant.rawValue) } else { found.append(plant.rawValue) }
        } else if report.isGood {
            passed.append(report.scenario)
        } else {
            failed.append(report.scenario)
        }
    }

    /// Whether all came out as it should: every promise kept, and every planted fault found.
    var isGood: Bool { failed.isEmpty && missed.isEmpty }

    var text: String {
        let counts = [
            count(passed, "passed", isNamed: false), count(failed, "FAILED"), count(skipped, "skipped"),
            count(found, "planted faults found"), count(missed, "planted faults NOT FOUND"),
        ]
        let time = (ContinuousClock.now - start).text
        return (["in all: \(operations) operations in \(time)"] + counts.compactMap(\.self)).joined(separator: "\n    ")
    }

    private func count(_ names: [String], _ what: String, isNamed: Bool = true) -> String? {
        guard !names.isEmpty else { return nil }
        return "\(names.count) \(what)" + (isNamed ? ": \(names.joined(separator: "; "))" : "")
    }
}

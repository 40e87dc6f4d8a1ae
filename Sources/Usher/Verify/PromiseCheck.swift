/// What a look at one of the design's promises has found.
struct PromiseCheck: Hashable, Sendable {
    /// The promise's name in the design: `I1` to `I9`.
    let name: String
    let meaning: String
    /// How many things were looked at, for example "5182 places".
    let checked: String
    /// What was found against it, the first ones in words; empty when it was kept.
    let violations: [String]
    /// All that was found against it, also what `violations` leaves out.
    let violationCount: Int

    /// - Parameter violationCount: When nil, `violations` has them all.
    init(name: String, meaning: String, checked: String, violations: [String], violationCount: Int? = nil) {
        self.name = name
        self.meaning = meaning
        self.checked = checked
        self.violations = violations
        self.violationCount = violationCount ?? violations.count
    }

    var isKept: Bool { violationCount == 0 }
}

extension [PromiseCheck] {
    /// A line for each check, and below it what was found against it.
    ///
    /// - Parameter details: The most violations of one check that are named.
    func lines(details: Int) -> [String] {
        let meaningWidth = map(\.meaning.count).max() ?? 0
        let checkedWidth = map(\.checked.count).max() ?? 0
        return flatMap { check in
            let line = """
                \(check.name)  \(check.meaning.padded(to: meaningWidth))  \
                \(check.checked.rightAligned(in: checkedWidth))  \(check.isKept ? "kept" : "BROKEN")
                """
            return [line] + check.violations.listed(first: details, of: check.violationCount)
        }
    }
}

extension [String] {
    /// The first lines, indented, and how many more there are.
    func listed(first limit: Int, of total: Int? = nil) -> [String] {
        let shown = prefix(limit).map { "    \($0)" }
        let left = (total ?? count) - shown.count
        return left > 0 ? shown + ["    and \(left) more"] : shown
    }
}

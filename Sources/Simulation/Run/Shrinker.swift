/// Makes a failing schedule shorter: leaves out halves, then smaller parts, then single lines, as long as some
/// promise is still broken.
struct Shrinker<Line> {
    /// Runs a list of commands and tells what it breaks.
    let violation: ([Line]) -> Violation?
    /// How many runs it may take.
    var runs = 500

    /// - Returns: The shortest list that was found, and what it breaks.
    mutating func shrink(_ lines: [Line], _ found: Violation) -> ([Line], Violation) {
        // Nothing after the step at which it broke can matter.
        var best = (Array(lines.prefix(found.step)), found)
        if let sooner = attempt(best.0) { best.1 = sooner } else { best.0 = lines }
        var size = max(best.0.count / 2, 1)
        while runs > 0 {
            var index = 0
            var isShorter = false
            while index < best.0.count && runs > 0 {
                var candidate = best.0
                candidate.removeSubrange(index..<min(index + size, candidate.count))
                if let violation = attempt(candidate) {
                    best = (candidate, violation)
                    isShorter = true
                } else {
                    index += size
                }
            }
            if size == 1 && !isShorter { break }
            size = max(size / 2, 1)
        }
        return best
    }

    private mutating func attempt(_ lines: [Line]) -> Violation? {
        runs -= 1
        return violation(lines)
    }
}

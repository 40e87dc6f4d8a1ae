/// What was found about one thing that a node needs, and what to do.
struct Diagnosis: Encodable, Equatable {
    enum Verdict: String, Encodable {
        case ok, warning, failed
    }

    let check: String
    let verdict: Verdict
    /// What was found: one sentence or less.
    let found: String
    /// What to do; nil when there is nothing.
    let advice: String?

    static func ok(_ check: String, _ found: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .ok, found: found, advice: nil)
    }

    static func warning(_ check: String, _ found: String, _ advice: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .warning, found: found, advice: advice)
    }

    static func failed(_ check: String, _ found: String, _ advice: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .failed, found: found, advice: advice)
    }

    /// A line for a person, with a second one when there is something to do.
    var text: String {
        func padded(_ text: String, to width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let line = "\(padded(verdict.rawValue, to: 9))\(padded(check, to: 24))\(found)"
        return advice.map { "\(line)\n\(padded("", to: 33))\($0)" } ?? line
    }
}

/// Looks for one order of all that happened to a seat in which each answer is right (Wing and Gong, "Testing and
/// verifying concurrent objects", 1993), with the deadlines of holds taken into account.
///
/// Each step is put at the earliest moment at which it can be: what comes after can only gain by that.
struct SeatSearch {
    enum Verdict: Equatable {
        case possible
        /// No order explains the answers. The text tells how far one could be found.
        case impossible(String)
        /// It was not found out within the budget.
        case undecided
    }

    /// The states that are looked at, at most.
    static let budget = 300_000

    private let steps: [SeatStep]
    private var seen: Set<Node> = []
    private var best: (done: Int, node: Node)?

    private struct Node: Hashable {
        var done: Set<Int>
        var state: SeatState
        var now: Instant
        /// All steps before this one are done.
        var first: Int
    }

    init(_ steps: [SeatStep]) {
        self.steps = steps.sorted { ($0.earliest, $0.latest) < ($1.earliest, $1.latest) }
    }

    mutating func verdict() -> Verdict {
        var open = [Node(done: [], state: .free, now: .zero, first: 0)]
        while let node = open.popLast() {
            guard seen.insert(node).inserted else { continue }
            guard seen.count <= Self.budget else { return .undecided }
            let reached = node.first + node.done.count
            if reached >= best?.done ?? 0 { best = (reached, node) }
            let candidates = candidates(of: node)
            if candidates.isMandatoryDone { return .possible }
            // The last one is looked at first: the step that must come soonest.
            let order = candidates.next.sorted { $0.step.urgency < $1.step.urgency }
            open += order.flatMap { successors(of: node, by: $0.index) }
        }
        return .impossible(explanation)
    }

    private typealias Candidate = (index: Int, step: SeatStep)

    /// The steps that can be next: none begins after another must have ended.
    private func candidates(of node: Node) -> (next: [Candidate], isMandatoryDone: Bool) {
        var next: [Candidate] = []
        var soonest = Deadline.never + .seconds(1)
        var isMandatoryDone = true
        for index in node.first..<steps.count where !node.done.contains(index) {
            let step = steps[index]
            if step.earliest > soonest { break }
            if !step.isOptional {
                isMandatoryDone = false
                soonest = min(soonest, step.latest)
            }
            next.append((index, step))
        }
        return (next.filter { $0.step.earliest <= soonest }, isMandatoryDone)
    }

    private func successors(of node: Node, by index: Int) -> [Node] {
        let step = steps[index]
        let now = max(node.now, step.earliest)
        var successors: [Node] = []
        // The hold on it may have ended before, or last still.
        if let deadline = node.state.deadline, case let lapse = max(now, deadline.earliest), lapse <= step.latest {
            successors += successor(of: node, state: .free, at: lapse, by: index)
        }
        if now <= step.latest, now <= node.state.deadline?.latest ?? Deadline.never {
            successors += successor(of: node, state: node.state, at: now, by: index)
        }
        return successors
    }

    private func successor(of node: Node, state: SeatState, at now: Instant, by index: Int) -> [Node] {
        let step = steps[index]
        guard var after = state.after(step.effect) else { return [] }
        if step.isOptional, case .release(let hold) = step.effect, let deadline = state.deadline {
            after = .maybeReleased(hold, until: deadline)
        }
        var next = Node(done: node.done, state: after, now: now, first: node.first)
        next.done.insert(index)
        while next.done.remove(next.first) != nil { next.first += 1 }
        return [next]
    }

    private var explanation: String {
        guard let best else { return "nothing can happen first" }
        let next = candidates(of: best.node).next.prefix(4).map { "\($0.step)" }
        return "at \(best.node.now.text) it is \(best.node.state); then none of these can be: "
            + next.joined(separator: "; ")
    }
}

extension SeatStep {
    /// Greater for what must happen, and sooner.
    fileprivate var urgency: (Int, Instant) { (isOptional ? 0 : 1, .zero - latest) }
}

extension SeatStep: CustomStringConvertible {
    var description: String { "\(source), \(earliest.text)–\(latest >= Deadline.never ? "?" : latest.text)" }
}

extension SeatState: CustomStringConvertible {
    var description: String {
        switch self {
        case .free: "free"
        case .held(let hold, let deadline): "held by \(hold.suffix(12)) until \(deadline)"
        case .maybeReleased(let hold, let deadline): "perhaps still held by \(hold.suffix(12)) until \(deadline)"
        case .paying(let booking, _, _): "in payment by \(booking.suffix(12))"
        case .sold(let booking): "sold to \(booking.suffix(12))"
        }
    }
}

extension Deadline: CustomStringConvertible {
    var description: String { latest >= Self.never ? "\(earliest.text) or later" : "\(earliest.text)–\(latest.text)" }
}

extension Duration {
    /// Seconds with three decimals.
    var text: String {
        let milliseconds = Int64(self / .milliseconds(1))
        let fraction = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) s"
    }
}

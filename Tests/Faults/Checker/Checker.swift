/// Judges a whole run from what its customers were told.
struct Checker {
    struct Verdict: Sendable {
        var violations: [String] = []
        /// Seats whose history was too long to be judged.
        var undecided = 0
    }

    let history: History

    func verdict() -> Verdict {
        var verdict = Verdict()
        verdict.violations = wholeHolds() + bookings() + streams() + repetitions()
        var units = SeatSteps.all(of: history)
        if let floor = units.removeValue(forKey: Hall.floor) {
            let check = FloorCheck(steps: floor, bookings: history.bookings, capacity: Hall.floorCapacity)
            verdict.violations += check.violations(of: SeatSteps.once(history.operations))
        }
        for (seat, steps) in units.sorted(by: { $0.key < $1.key }) {
            var search = SeatSearch(steps)
            switch search.verdict() {
            case .possible: break
            case .undecided: verdict.undecided += 1
            case .impossible(let reason): verdict.violations.append("\(seat): \(reason)")
            }
        }
        return verdict
    }

    /// All or nothing: what was held is what was asked for.
    private func wholeHolds() -> [String] {
        history.operations.compactMap { operation in
            guard case .hold(let asked, let askedFloor) = operation.request,
                case .held(let hold, let seats, let floor, _) = operation.answer,
                Set(asked) != Set(seats) || askedFloor != floor
            else { return nil }
            return "hold \(hold) has \(seats) and \(floor) on the floor, not \(asked) and \(askedFloor)"
        }
    }

    /// I2: what was acknowledged is there, and has ended.
    private func bookings() -> [String] {
        let known = Dictionary(history.bookings.map { ($0.id, $0.status) }) { first, _ in first }
        let open = history.bookings.filter { ["queued", "processing"].contains($0.status) }
        let lost = history.operations.compactMap { operation -> String? in
            guard case .accepted(let booking) = operation.answer, known[booking] == nil else { return nil }
            return "booking \(booking) was acknowledged at \(operation.answered.text) and is lost"
        }
        return lost + open.map { "booking \($0.id) has not ended" }
    }

    /// A stream's states come in order, and an end that it told is the end, unless a cancellation or a late payment came.
    private func streams() -> [String] {
        let known = Dictionary(history.bookings.map { ($0.id, $0) }) { first, _ in first }
        return Dictionary(grouping: history.events, by: \.stream).sorted { $0.key < $1.key }.flatMap { _, events in
            var violations: [String] = []
            for (before, after) in zip(events, events.dropFirst()) where after.version <= before.version {
                violations.append("a stream of \(after.booking) told version \(after.version) after \(before.version)")
            }
            guard let last = events.last, let booking = known[last.booking] else { return violations }
            let mayFollow: [String: Set<String>] = [
                "confirmed": ["confirmed", "cancelled"], "failed": ["failed", "confirmed", "cancelled"],
                "cancelled": ["cancelled"],
            ]
            let mayEnd = mayFollow[last.status]?.contains(booking.status) ?? true
            if !mayEnd || last.version > booking.version {
                violations.append(
                    "booking \(booking.id) is \(booking.status) in version \(booking.version), its stream told "
                        + "\(last.status) in version \(last.version)")
            }
            return violations
        }
    }

    /// I5: the same key gives the same answer.
    private func repetitions() -> [String] {
        let keyed = Dictionary(grouping: history.operations.filter { $0.key != nil && $0.isAnswered }) { $0.key ?? "" }
        return keyed.sorted { $0.key < $1.key }.compactMap { key, operations in
            let answers = Set(operations.map(\.answer.identity)).subtracting([nil])
            return answers.count > 1 ? "the key \(key) was answered in \(answers.count) ways: \(answers)" : nil
        }
    }
}

extension Operation.Answer {
    /// What must be the same when a request is repeated.
    fileprivate var identity: String? {
        switch self {
        case .held(let hold, _, _, _): hold
        case .accepted(let booking): booking
        case .refused(let code): code
        case .released: "released"
        case .cancelled: "cancelled"
        default: nil
        }
    }
}

extension Inventory {
    func check(_ wanted: BestAvailable) throws(Refusal) {
        guard (1...rules.unitsPerHold).contains(wanted.quantity) else {
            throw .invalidSeatCount(limit: rules.unitsPerHold)
        }
        if let section = wanted.section, !layout.shapes.indices.contains(section) || !layout.shapes[section].isSeated {
            throw .unknownSection(section)
        }
    }

    /// Chooses the best seats that are free. What has lapsed is free too: it is ended first, as much as a decision may.
    mutating func chooseBest(_ wanted: BestAvailable, at now: Moment) throws(Refusal) -> UnitClaims {
        while lapsed.count < Self.lapsesPerDecision, endNextLapsed(at: now) {}
        let (runs, longest) = bestRuns(wanted)
        guard !runs.isEmpty else {
            let heldUntil = nextLapse { unit in
                let section = layout.sectionIndex(of: unit)
                return wanted.covers(section: section, layout.shapes[section])
            }
            throw .noneAvailable(adjacent: longest, heldUntil: heldUntil)
        }
        return UnitClaims(runs.flatMap(\.seats).map { UnitClaim(unit: $0, quantity: 1) })
    }

    /// As few runs as can be: the longest is taken whole as long as none has all seats that are missing. None when there
    /// are not enough seats; then `longest` is how many lie side by side.
    private mutating func bestRuns(_ wanted: BestAvailable) -> (runs: [SeatRun], longest: Int) {
        var runs: [SeatRun] = []
        defer {
            for run in runs { units.set(run, isFree: true) }
        }
        var missing = wanted.quantity
        while missing > 0 {
            let finding = SeatSearch.find(missing, wanted, of: layout, in: units.free)
            guard let run = finding.best ?? (wanted.isAdjacent ? nil : finding.longest) else {
                return ([], (runs.first ?? finding.longest)?.seats.count ?? 0)
            }
            runs.append(run)
            missing -= run.seats.count
            // Out of the way of the next search.
            units.set(run, isFree: false)
        }
        return (runs, runs[0].seats.count)
    }
}

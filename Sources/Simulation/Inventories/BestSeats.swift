import Inventory

/// Judges best seats by trying every run of seats there is.
struct BestSeats {
    private let inventory: ReferenceInventory
    private let wanted: BestAvailable
    /// The runs of free seats, each as long as it can be.
    private let runs: [Range<UnitIndex>]

    init(of inventory: ReferenceInventory, _ wanted: BestAvailable) {
        self.inventory = inventory
        self.wanted = wanted
        var runs: [Range<UnitIndex>] = []
        for (index, section) in inventory.layout.sections.enumerated() {
            guard case .seated(_, let seatsPerRow) = section.kind, wanted.section.map({ $0 == index }) ?? true,
                wanted.priceMinor.map({ $0.contains(section.priceMinor) }) ?? true
            else { continue }
            let units = inventory.layout.units(ofSection: index)
            var start: UnitIndex?
            for unit in units.lowerBound...units.upperBound {
                let isRowStart = (unit - units.lowerBound).isMultiple(of: UnitIndex(seatsPerRow))
                let isFree = unit < units.upperBound && inventory.counts(of: unit).free == 1
                if let first = start, isRowStart || !isFree {
                    runs.append(first..<unit)
                    start = nil
                }
                if isFree && start == nil { start = unit }
            }
        }
        self.runs = runs
    }

    /// Refuses what cannot be had at all.
    func check() throws(Refusal) {
        let longest = runs.map(\.count).max() ?? 0
        let free = runs.map(\.count).reduce(0, +)
        guard longest >= wanted.quantity || (!wanted.isAdjacent && free >= wanted.quantity) else {
            let heldUntil = inventory.firstLapse { unit in
                let section = inventory.layout.sectionIndex(of: unit)
                return inventory.layout.isSeat(unit) && wanted.section.map { $0 == section } ?? true
                    && wanted.priceMinor?.contains(inventory.layout.sections[section].priceMinor) ?? true
            }
            throw .noneAvailable(adjacent: longest, heldUntil: heldUntil)
        }
    }

    /// What is wrong with a choice; nil when nothing is.
    func objection(to chosen: [UnitIndex: Int]) -> String? {
        let seats = Set(chosen.keys)
        guard chosen.values.allSatisfy({ $0 == 1 }), seats.count == wanted.quantity,
            seats.isSubset(of: runs.joined())
        else { return "\(seats.sorted()) are not \(wanted.quantity) free seats" }
        let windows = runs.flatMap { run in
            run.dropLast(wanted.quantity - 1).map { ($0..<$0 + UnitIndex(wanted.quantity), run) }
        }
        if let best = windows.map({ (rank($0, in: $1), $0) }).min(by: { $0.0 < $1.0 }) {
            return Set(best.1) == seats ? nil : "\(best.1) is better than \(seats.sorted())"
        }
        // Too many for one run: the fewest groups are had by taking the longest runs.
        var (missing, fewest) = (wanted.quantity, 0)
        for length in runs.map(\.count).sorted(by: >) where missing > 0 {
            missing -= length
            fewest += 1
        }
        let groups = runs.count { !seats.isDisjoint(with: $0) }
        return groups == fewest ? nil : "\(groups) groups where \(fewest) would do"
    }

    private func rank(_ window: Range<UnitIndex>, in run: Range<UnitIndex>) -> (Int, Int, UnitIndex) {
        let section = inventory.layout.sectionIndex(of: window.lowerBound)
        guard case .seated(_, let seatsPerRow) = inventory.layout.sections[section].kind else { return (0, 0, 0) }
        let first = Int(window.lowerBound - inventory.layout.units(ofSection: section).lowerBound)
        let focus = inventory.layout.sections[section].focalPoint
        // In half seats and half rows, counted from the first.
        let across = 2 * (first % seatsPerRow) + window.count - 1 - (focus.map { 2 * $0.seat - 2 } ?? seatsPerRow - 1)
        let back = 2 * (first / seatsPerRow) - (focus.map { 2 * $0.row - 2 } ?? 0)
        let gaps = [window.lowerBound - run.lowerBound, run.upperBound - window.upperBound]
        return (gaps.count { $0 == 1 }, across * across + back * back, window.lowerBound)
    }
}

/// Looks for the best seats that are free.
///
/// Rows are searched from the focal point outwards, and no further once nothing better can come. What makes a long
/// search is a full house, and there most words of the rows are zero: a search costs about a nanosecond a word.
struct SeatSearch {
    /// What a search comes to.
    struct Finding {
        /// The best run that is long enough.
        fileprivate(set) var best: SeatRun?
        /// The longest run, the best of its length; known when there is no `best`.
        fileprivate(set) var longest: SeatRun?
    }

    private let free: FreeSeats
    private let wanted: BestAvailable
    private var finding = Finding()

    static func find(_ count: Int, _ wanted: BestAvailable, of layout: Layout, in free: FreeSeats) -> Finding {
        var search = SeatSearch(free: free, wanted: wanted)
        for (index, shape) in layout.shapes.enumerated() where wanted.covers(section: index, shape) {
            search.search(shape, for: count)
        }
        return search.finding
    }

    private mutating func search(_ shape: SectionShape, for count: Int) {
        let focus = shape.doubledFocus.row / 2
        for distance in 0...max(focus, shape.rows - 1 - focus) {
            if let best = finding.best, best.orphans == 0, best.distance < 4 * distance * distance { return }
            if focus + distance < shape.rows { search(row: focus + distance, of: shape, for: count) }
            if distance > 0, focus >= distance { search(row: focus - distance, of: shape, for: count) }
        }
    }

    private mutating func search(row: Int, of shape: SectionShape, for count: Int) {
        var finding = finding
        free.forEachRun(ofRow: row, in: shape, accessible: wanted.isAccessible) { run in
            if run.count >= count {
                finding.offer(best: SeatRun.best(of: count, in: run, row: row, of: shape))
            } else if finding.best == nil, run.count >= finding.longest?.seats.count ?? 0 {
                finding.offer(longest: SeatRun(run.count, from: run.lowerBound, in: run, row: row, of: shape))
            }
        }
        self.finding = finding
    }
}

extension SeatSearch.Finding {
    fileprivate mutating func offer(best run: SeatRun) {
        if best.map(run.isBetter) ?? true { best = run }
    }

    fileprivate mutating func offer(longest run: SeatRun) {
        if let longest, longest.seats.count == run.seats.count, !run.isBetter(than: longest) { return }
        longest = run
    }
}

extension BestAvailable {
    func covers(section index: Int, _ shape: SectionShape) -> Bool {
        shape.isSeated && (section ?? index) == index && (priceMinor?.contains(shape.priceMinor) ?? true)
    }
}

/// Seats side by side, and how good they are.
struct SeatRun {
    let seats: Range<UnitIndex>
    /// How many single seats it leaves behind between itself and a taken one.
    let orphans: Int
    /// The square of twice its middle's distance from the focal point, in seats.
    let distance: Int

    func isBetter(than other: SeatRun) -> Bool {
        (orphans, distance, seats.lowerBound) < (other.orphans, other.distance, other.seats.lowerBound)
    }
}

extension SeatRun {
    /// The best `count` seats of a run of free ones, which must be as long at least.
    ///
    /// Complexity: O(1): only the seats next to those closest to the focal point can be better, by leaving no orphan.
    static func best(of count: Int, in run: Range<Int>, row: Int, of shape: SectionShape) -> SeatRun {
        let starts = run.lowerBound...run.upperBound - count
        let ideal = (shape.doubledFocus.seat - (count - 1)) / 2
        let closest = min(max(ideal, starts.lowerBound), starts.upperBound)
        var best = SeatRun(count, from: closest, in: run, row: row, of: shape)
        for start in [closest - 1, closest + 1] where starts.contains(start) {
            let other = SeatRun(count, from: start, in: run, row: row, of: shape)
            if other.isBetter(than: best) { best = other }
        }
        return best
    }

    init(_ count: Int, from start: Int, in run: Range<Int>, row: Int, of shape: SectionShape) {
        let first = UnitIndex(shape.firstUnit + row * shape.seatsPerRow + start)
        seats = first..<first + UnitIndex(count)
        orphans = (start - run.lowerBound == 1 ? 1 : 0) + (run.upperBound - start - count == 1 ? 1 : 0)
        let (across, back) = (2 * start + count - 1 - shape.doubledFocus.seat, 2 * row - shape.doubledFocus.row)
        distance = across * across + back * back
    }
}

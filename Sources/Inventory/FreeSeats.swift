/// The free seats, a bit each, so that the best of them are found without looking at every seat.
///
/// Each row begins with a word of its own; the bits behind a row's last seat are never set.
struct FreeSeats: Sendable {
    private var words: [UInt64]
    /// The seats kept for those who ask for them; empty where there are none.
    private let accessible: [UInt64]

    init(layout: Layout) {
        let wordCount = layout.shapes.last.map { $0.firstWord + $0.rows * $0.wordsPerRow } ?? 0
        words = Array(repeating: 0, count: wordCount)
        var accessible: [UInt64] = []
        for (section, shape) in zip(layout.sections, layout.shapes) {
            for seat in section.accessibleSeats {
                if accessible.isEmpty { accessible = words }
                let unit = shape.firstUnit + (seat.row - 1) * shape.seatsPerRow + seat.seat - 1
                let bit = shape.bit(of: unit)
                accessible[bit.word] |= bit.mask
            }
        }
        self.accessible = accessible
        for shape in layout.shapes {
            for unit in shape.units where shape.isSeated { set(unit, in: shape, isFree: true) }
        }
    }

    mutating func set(_ unit: Int, in shape: SectionShape, isFree: Bool) {
        let bit = shape.bit(of: unit)
        if isFree { words[bit.word] |= bit.mask } else { words[bit.word] &= ~bit.mask }
    }

    var hasAccessible: Bool { !accessible.isEmpty }

    func isAccessible(_ unit: Int, in shape: SectionShape) -> Bool {
        let bit = shape.bit(of: unit)
        return hasAccessible && accessible[bit.word] & bit.mask != 0
    }

    /// The runs of free seats in a row that are accessible, or are not; each as long as it can be.
    func forEachRun(ofRow row: Int, in shape: SectionShape, accessible: Bool, _ body: (Range<Int>) -> Void) {
        var seat = 0
        while true {
            let start = next(isFree: true, from: seat, row: row, in: shape, accessible: accessible)
            guard start < shape.seatsPerRow else { return }
            seat = next(isFree: false, from: start, row: row, in: shape, accessible: accessible)
            body(start..<seat)
        }
    }

    /// The first seat from `seat` on that is free, or is not; the number of seats in the row when there is none.
    private func next(isFree: Bool, from seat: Int, row: Int, in shape: SectionShape, accessible: Bool) -> Int {
        var word = seat / 64
        var bits = candidates(shape.firstWord(ofRow: row) + word, accessible, isFree) & (~0 << UInt64(seat % 64))
        while bits == 0 {
            word += 1
            guard word < shape.wordsPerRow else { return shape.seatsPerRow }
            bits = candidates(shape.firstWord(ofRow: row) + word, accessible, isFree)
        }
        return min(word * 64 + bits.trailingZeroBitCount, shape.seatsPerRow)
    }

    private func candidates(_ word: Int, _ wantsAccessible: Bool, _ isFree: Bool) -> UInt64 {
        let kept = hasAccessible ? accessible[word] : 0
        let candidates = words[word] & (wantsAccessible ? kept : ~kept)
        return isFree ? candidates : ~candidates
    }
}

/// Where a section's units lie in the inventory's flat arrays.
struct SectionShape: Sendable {
    /// The first positions that are not taken yet.
    struct End {
        var unit = 0
        var counter = 0
        var word = 0
    }

    let firstUnit: Int
    let unitCount: Int
    /// 1 of a seat.
    let unitCapacity: Int
    /// 0 where there are no seats.
    let seatsPerRow: Int
    /// Where the counters of the units begin that have a capacity; a seat has none.
    let firstCounter: Int
    /// Where the seats' bits begin. Each row begins with a word of its own.
    let firstWord: Int
    let priceMinor: Int64
    /// Twice the focal point's place, so that the middle of an even row is a whole number; both counted from 0.
    let doubledFocus: (row: Int, seat: Int)

    init(_ section: Layout.Section, after end: inout End) {
        firstUnit = end.unit
        firstCounter = end.counter
        firstWord = end.word
        unitCapacity = section.unitCapacity
        priceMinor = section.priceMinor
        switch section.kind {
        case .seated(let rows, let seats):
            unitCount = rows * seats
            seatsPerRow = seats
        case .general:
            unitCount = 1
            seatsPerRow = 0
        case .slots(let count, _):
            unitCount = count
            seatsPerRow = 0
        }
        doubledFocus = section.focalPoint.map { (2 * ($0.row - 1), 2 * ($0.seat - 1)) } ?? (0, max(0, seatsPerRow - 1))
        end.unit += unitCount
        end.counter += isSeated ? 0 : unitCount
        end.word += rows * wordsPerRow
    }

    var isSeated: Bool { seatsPerRow > 0 }
    var capacity: Int { unitCount * unitCapacity }
    var rows: Int { isSeated ? unitCount / seatsPerRow : 0 }
    var wordsPerRow: Int { (seatsPerRow + 63) / 64 }
    var units: Range<Int> { firstUnit..<firstUnit + unitCount }

    /// Where a seat's bit is: the word, and the bit in it.
    func bit(of unit: Int) -> (word: Int, mask: UInt64) {
        let (row, seat) = (unit - firstUnit).quotientAndRemainder(dividingBy: seatsPerRow)
        return (firstWord(ofRow: row) + seat / 64, 1 << UInt64(seat % 64))
    }

    func firstWord(ofRow row: Int) -> Int { firstWord + row * wordsPerRow }
}

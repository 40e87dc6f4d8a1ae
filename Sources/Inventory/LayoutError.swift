/// A section that cannot be sold as described.
public struct LayoutError: Error, Hashable, Sendable {
    /// The part of a section that is wrong.
    public enum Field: String, Hashable, Sendable {
        case sections, name, rows, seatsPerRow = "seats_per_row", slots, capacity, price, focalPoint = "focal_point",
            accessibleSeats = "accessible_seats"
    }

    /// The section's position, from zero; nil when the list itself is wrong.
    public let section: Int?
    /// The part that is wrong.
    public let field: Field
    /// What must hold, as the end of a sentence that begins with the field.
    public let requirement: String

    init(section: Int?, field: Field, _ requirement: String) {
        self.section = section
        self.field = field
        self.requirement = requirement
    }
}

extension Layout.Section {
    func check(at index: Int) throws(LayoutError) {
        func require(_ field: LayoutError.Field, _ value: Int, atMost limit: Int) throws(LayoutError) {
            guard (1...limit).contains(value) else {
                throw LayoutError(section: index, field: field, "must be 1 to \(limit)")
            }
        }

        guard (1...Layout.Limit.nameLength).contains(name.utf8.count), name.utf8.allSatisfy(\.isNameByte),
            name.utf8.first != UInt8(ascii: " "), name.utf8.last != UInt8(ascii: " ")
        else {
            throw LayoutError(
                section: index, field: .name,
                "must be 1 to \(Layout.Limit.nameLength) letters, digits, spaces and underscores")
        }
        guard (0...Layout.Limit.priceMinor).contains(priceMinor) else {
            throw LayoutError(section: index, field: .price, "must be 0 to \(Layout.Limit.priceMinor) minor units")
        }
        switch kind {
        case .seated(let rows, let seatsPerRow):
            try require(.rows, rows, atMost: Layout.Limit.rowsAndSeats)
            try require(.seatsPerRow, seatsPerRow, atMost: Layout.Limit.rowsAndSeats)
        case .general(let capacity):
            try require(.capacity, capacity, atMost: Layout.Limit.capacity)
        case .slots(let count, let capacity):
            try require(.slots, count, atMost: Layout.Limit.rowsAndSeats)
            try require(.capacity, capacity, atMost: Layout.Limit.capacity)
        }
        guard focalPoint.map(hasSeat) ?? true else {
            throw LayoutError(section: index, field: .focalPoint, "must be a seat of the section")
        }
        guard accessibleSeats.allSatisfy(hasSeat), Set(accessibleSeats).count == accessibleSeats.count else {
            throw LayoutError(section: index, field: .accessibleSeats, "must be seats of the section, each once")
        }
    }

    private func hasSeat(at position: Layout.SeatPosition) -> Bool {
        guard case .seated(let rows, let seatsPerRow) = kind else { return false }
        return (1...rows).contains(position.row) && (1...seatsPerRow).contains(position.seat)
    }
}

extension UInt8 {
    /// A hyphen is kept out, since it separates the section from row and seat in a seat's id.
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: " "), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

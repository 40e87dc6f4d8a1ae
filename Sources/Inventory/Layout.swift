/// What an offering has to sell: its sections, and from them its units.
///
/// Units are numbered from zero in the order of the sections, row by row, so that an inventory is a flat array and a
/// unit's name is computed rather than looked up.
public struct Layout: Sendable {
    /// The sections, in the organizer's order.
    public let sections: [Section]
    /// The number of units.
    public let unitCount: Int

    let shapes: [SectionShape]
    /// The sections' positions in the order of their names, to be searched.
    let sectionsByName: [Int]

    /// Checks the sections and numbers their units.
    ///
    /// - Throws: The first `LayoutError`, with the section's position.
    public init(sections: [Section]) throws(LayoutError) {
        guard (1...Limit.sections).contains(sections.count) else {
            throw LayoutError(section: nil, field: .sections, "must be 1 to \(Limit.sections) sections")
        }
        var shapes: [SectionShape] = []
        var end = SectionShape.End()
        for (index, section) in sections.enumerated() {
            try section.check(at: index)
            shapes.append(SectionShape(section, after: &end))
            guard end.unit <= Limit.units else {
                throw LayoutError(
                    section: index, field: .sections, "must have no more than \(Limit.units) units together")
            }
        }
        let byName = sections.indices.sorted { sections[$0].name < sections[$1].name }
        for (first, second) in zip(byName, byName.dropFirst()) where sections[first].name == sections[second].name {
            throw LayoutError(section: max(first, second), field: .name, "is the name of another section too")
        }
        self.sections = sections
        self.shapes = shapes
        unitCount = end.unit
        sectionsByName = byName
    }
}

extension Layout: Hashable {
    /// Everything else follows from the sections.
    public static func == (left: Self, right: Self) -> Bool { left.sections == right.sections }

    /// Hashes the sections.
    public func hash(into hasher: inout Hasher) { hasher.combine(sections) }
}

extension Layout {
    /// A named part of an offering.
    public struct Section: Hashable, Sendable {
        /// How a section is divided into units.
        public enum Kind: Hashable, Sendable {
            /// Numbered seats; each is a unit with capacity 1.
            case seated(rows: Int, seatsPerRow: Int)
            /// Places without numbers; the section is one unit.
            case general(capacity: Int)
            /// Numbered units with the same capacity each, like the time slots of a day.
            case slots(count: Int, capacity: Int)
        }

        /// Unique within the layout: letters, digits, spaces and underscores.
        public let name: String
        /// How it is divided into units.
        public let kind: Kind
        /// The price of one place, in the currency's minor unit.
        public let priceMinor: Int64
        /// Where the best seat is; nil for the middle of the front row. Of seated sections only.
        public let focalPoint: SeatPosition?
        /// Seats kept for those who ask for an accessible one. Of seated sections only.
        public let accessibleSeats: [SeatPosition]

        /// Describes a section; `Layout.init(sections:)` checks it.
        public init(
            name: String, kind: Kind, priceMinor: Int64, focalPoint: SeatPosition? = nil,
            accessibleSeats: [SeatPosition] = []
        ) {
            self.name = name
            self.kind = kind
            self.priceMinor = priceMinor
            self.focalPoint = focalPoint
            self.accessibleSeats = accessibleSeats
        }

        /// The number of places that the section sells.
        public var capacity: Int {
            switch kind {
            case .seated(let rows, let seatsPerRow): rows * seatsPerRow
            case .general(let capacity): capacity
            case .slots(let count, let capacity): count * capacity
            }
        }

        /// The capacity of each unit of the section.
        public var unitCapacity: Int {
            switch kind {
            case .seated: 1
            case .general(let capacity), .slots(_, let capacity): capacity
            }
        }
    }

    /// A seat's place within its section, both counted from 1.
    public struct SeatPosition: Hashable, Sendable {
        /// The row; 1 is the front.
        public let row: Int
        /// The seat in the row.
        public let seat: Int

        /// Points at a seat.
        public init(row: Int, seat: Int) {
            self.row = row
            self.seat = seat
        }
    }

    /// The bounds that keep every computation with a layout within 32 bits of units and 64 bits of money.
    public enum Limit {
        /// Sections in a layout.
        public static let sections = 1_000
        /// Rows of a section, seats of a row, and slots of a section.
        public static let rowsAndSeats = 10_000
        /// Units in a layout.
        public static let units = 2_000_000
        /// Places in a unit.
        public static let capacity = 10_000_000
        /// The price of one place, in minor units.
        public static let priceMinor: Int64 = 1_000_000_000_000
        /// Characters of a section's name.
        public static let nameLength = 40
    }
}

/// What an offering has to sell: its sections, and from them its units.
///
/// Units are numbered from zero in the order of the sections, row by row, so that an inventory is a flat array and a
/// unit's name is computed rather than looked up.
public struct Layout: Hashable, Sendable {
    /// A named part of an offering.
    public struct Section: Hashable, Sendable {
        /// How a section is divided into units.
        public enum Kind: Hashable, Sendable {
            /// Numbered seats; each is a unit with capacity 1.
            case seated(rows: Int, seatsPerRow: Int)
            /// Places without numbers; the section is one unit.
            case general(capacity: Int)
        }

        /// Unique within the layout: letters, digits, spaces and underscores.
        public let name: String
        /// How it is divided into units.
        public let kind: Kind
        /// The price of one place, in the currency's minor unit.
        public let priceMinor: Int64

        /// Describes a section; `Layout.init(sections:)` checks it.
        public init(name: String, kind: Kind, priceMinor: Int64) {
            self.name = name
            self.kind = kind
            self.priceMinor = priceMinor
        }

        var unitCount: Int {
            switch kind {
            case .seated(let rows, let seatsPerRow): rows * seatsPerRow
            case .general: 1
            }
        }

        /// The number of places that the section sells.
        public var capacity: Int {
            switch kind {
            case .seated: unitCount
            case .general(let capacity): capacity
            }
        }
    }

    /// The bounds that keep every computation with a layout within 32 bits of units and 64 bits of money.
    public enum Limit {
        /// Sections in a layout.
        public static let sections = 1_000
        /// Rows of a section, and seats of a row.
        public static let rowsAndSeats = 10_000
        /// Units in a layout.
        public static let units = 2_000_000
        /// Places in a general section.
        public static let capacity = 10_000_000
        /// The price of one place, in minor units.
        public static let priceMinor: Int64 = 1_000_000_000_000
        /// Characters of a section's name.
        public static let nameLength = 40
    }

    /// The sections, in the organizer's order.
    public let sections: [Section]
    /// The number of units.
    public let unitCount: Int
    private let firstUnits: [Int]
    private let sectionIndices: [String: Int]

    /// Checks the sections and numbers their units.
    ///
    /// - Throws: The first `LayoutError`, with the section's position.
    public init(sections: [Section]) throws(LayoutError) {
        guard (1...Limit.sections).contains(sections.count) else {
            throw LayoutError(section: nil, field: .sections, "must be 1 to \(Limit.sections) sections")
        }
        var firstUnits: [Int] = []
        var sectionIndices: [String: Int] = [:]
        var unitCount = 0
        for (index, section) in sections.enumerated() {
            try section.check(at: index)
            guard sectionIndices.updateValue(index, forKey: section.name) == nil else {
                throw LayoutError(section: index, field: .name, "is the name of another section too")
            }
            firstUnits.append(unitCount)
            unitCount += section.unitCount
            guard unitCount <= Limit.units else {
                throw LayoutError(
                    section: index, field: .sections, "must have no more than \(Limit.units) seats together")
            }
        }
        self.sections = sections
        self.unitCount = unitCount
        self.firstUnits = firstUnits
        self.sectionIndices = sectionIndices
    }
}

/// A section that cannot be sold as described.
public struct LayoutError: Error, Hashable, Sendable {
    /// The part of a section that is wrong.
    public enum Field: String, Hashable, Sendable {
        case sections, name, rows, seatsPerRow = "seats_per_row", capacity, price
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
    fileprivate func check(at index: Int) throws(LayoutError) {
        guard (1...Layout.Limit.nameLength).contains(name.utf8.count), name.utf8.allSatisfy(\.isNameByte),
            name.first != " ", name.last != " "
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
            guard (1...Layout.Limit.rowsAndSeats).contains(rows) else {
                throw LayoutError(section: index, field: .rows, "must be 1 to \(Layout.Limit.rowsAndSeats)")
            }
            guard (1...Layout.Limit.rowsAndSeats).contains(seatsPerRow) else {
                throw LayoutError(section: index, field: .seatsPerRow, "must be 1 to \(Layout.Limit.rowsAndSeats)")
            }
        case .general(let capacity):
            guard (1...Layout.Limit.capacity).contains(capacity) else {
                throw LayoutError(section: index, field: .capacity, "must be 1 to \(Layout.Limit.capacity)")
            }
        }
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

// MARK: - Units

extension Layout {
    /// The units of one section.
    public func units(ofSection index: Int) -> Range<UnitIndex> {
        let first = firstUnits[index]
        return UnitIndex(first)..<UnitIndex(first + sections[index].unitCount)
    }

    /// The position of the section with this name.
    public func sectionIndex(named name: String) -> Int? {
        sectionIndices[name]
    }

    /// The position of the section that a unit belongs to; O(log sections).
    public func sectionIndex(of unit: UnitIndex) -> Int {
        var low = 0
        var high = firstUnits.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstUnits[middle] <= unit { low = middle } else { high = middle }
        }
        return low
    }

    /// The seat with the id `SECTION-row-seat`; nil when the layout has no such seat.
    public func seat(named id: String) -> UnitIndex? {
        let parts = id.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let section = sectionIndices[String(Substring(parts[0]))],
            case .seated(let rows, let seatsPerRow) = sections[section].kind,
            let row = position(parts[1], upTo: rows), let seat = position(parts[2], upTo: seatsPerRow)
        else { return nil }
        return UnitIndex(firstUnits[section] + (row - 1) * seatsPerRow + seat - 1)
    }

    /// The unit of the general section with this name; nil when there is none.
    public func generalUnit(named name: String) -> UnitIndex? {
        guard let section = sectionIndices[name], case .general = sections[section].kind else { return nil }
        return UnitIndex(firstUnits[section])
    }

    /// A unit's id: `SECTION-row-seat` of a seat, the section's name of a general section.
    public func name(of unit: UnitIndex) -> String {
        let index = sectionIndex(of: unit)
        let section = sections[index]
        guard case .seated(_, let seatsPerRow) = section.kind else { return section.name }
        let offset = Int(unit) - firstUnits[index]
        return "\(section.name)-\(offset / seatsPerRow + 1)-\(offset % seatsPerRow + 1)"
    }

    /// The unit with this id, be it a seat or a general section.
    public func unit(named id: String) -> UnitIndex? {
        seat(named: id) ?? generalUnit(named: id)
    }

    /// A decimal number from 1 to `limit` without sign or leading zero, so that each seat has one id only.
    private func position(_ digits: Substring.UTF8View, upTo limit: Int) -> Int? {
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }
}

/// A unit's number within its layout.
public typealias UnitIndex = UInt32

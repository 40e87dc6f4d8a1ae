/// A unit's number within its layout.
public typealias UnitIndex = UInt32

extension Layout {
    /// The units of one section.
    public func units(ofSection index: Int) -> Range<UnitIndex> {
        let units = shapes[index].units
        return UnitIndex(units.lowerBound)..<UnitIndex(units.upperBound)
    }

    /// The position of the section that a unit belongs to; O(log sections).
    public func sectionIndex(of unit: UnitIndex) -> Int {
        var low = 0
        var high = shapes.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if shapes[middle].firstUnit <= unit { low = middle } else { high = middle }
        }
        return low
    }

    /// The position of the section with this name; O(log sections).
    public func sectionIndex(named name: some StringProtocol) -> Int? {
        var low = 0
        var high = sectionsByName.count
        while low < high {
            let middle = (low + high) / 2
            let section = sectionsByName[middle]
            if sections[section].name == name { return section }
            if sections[section].name < name { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Whether a unit is a numbered seat, rather than one that has a capacity.
    public func isSeat(_ unit: UnitIndex) -> Bool { shapes[sectionIndex(of: unit)].isSeated }
}

// MARK: - Names

extension Layout {
    /// A unit's id: `SECTION-row-seat` of a seat, `SECTION-number` of a slot, the section's name of a general section.
    public func name(of unit: UnitIndex) -> String {
        let index = sectionIndex(of: unit)
        let shape = shapes[index]
        let name = sections[index].name
        let offset = Int(unit) - shape.firstUnit
        switch sections[index].kind {
        case .seated: return "\(name)-\(offset / shape.seatsPerRow + 1)-\(offset % shape.seatsPerRow + 1)"
        case .slots: return "\(name)-\(offset + 1)"
        case .general: return name
        }
    }

    /// The seat with the id `SECTION-row-seat`; nil when the layout has no such seat.
    public func seat(named id: String) -> UnitIndex? {
        unit(named: id).flatMap { isSeat($0) ? $0 : nil }
    }

    /// The unit with a capacity that has this id, a general section or a slot; nil when there is none.
    public func countedUnit(named id: String) -> UnitIndex? {
        unit(named: id).flatMap { isSeat($0) ? nil : $0 }
    }

    /// The unit with this id; nil when there is none.
    public func unit(named id: String) -> UnitIndex? {
        // Bounds what a hostile id can cost, before any of it is read.
        guard id.utf8.count <= Limit.nameLength + 12 else { return nil }
        let hyphen = id.utf8.firstIndex(of: UInt8(ascii: "-")) ?? id.endIndex
        guard let section = sectionIndex(named: id[..<hyphen]) else { return nil }
        let numbers = id.utf8[hyphen...].dropFirst()
        guard let offset = offset(numbers, inSection: section, isNumbered: hyphen < id.endIndex) else { return nil }
        return UnitIndex(shapes[section].firstUnit + offset)
    }

    private func offset(_ numbers: Substring.UTF8View, inSection section: Int, isNumbered: Bool) -> Int? {
        switch sections[section].kind {
        case .general:
            return isNumbered ? nil : 0
        case .slots(let count, _):
            return position(numbers, upTo: count).map { $0 - 1 }
        case .seated(let rows, let seatsPerRow):
            guard let hyphen = numbers.firstIndex(of: UInt8(ascii: "-")),
                let row = position(numbers[..<hyphen], upTo: rows),
                let seat = position(numbers[hyphen...].dropFirst(), upTo: seatsPerRow)
            else { return nil }
            return (row - 1) * seatsPerRow + seat - 1
        }
    }

    /// A decimal number from 1 to `limit` without sign or leading zero, so that each unit has one id only.
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

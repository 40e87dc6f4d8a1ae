/// Places of a booking that one line tells: the seats of one row, or places in a general section.
struct PlaceGroup: Hashable {
    /// `STALLS, row 3, seats 17–18` or `FLOOR`
    let name: String
    let quantity: Int
    /// Of one place, in minor units.
    let price: Int64

    /// Groups claims by section, row and price, sections and rows in their order.
    static func groups(of claims: [BookingNotice.Claim]) -> [PlaceGroup] {
        Dictionary(grouping: claims.map(Place.init), by: \.group)
            .sorted { $0.key < $1.key }
            .map { group, places in
                PlaceGroup(
                    name: group.name(seats: places.compactMap(\.seat)),
                    quantity: places.reduce(0) { $0 + $1.quantity },
                    price: group.price)
            }
    }
}

/// One claim, its unit's id taken apart: `SECTION-row-seat`, or a general section's name.
private struct Place {
    let group: Group
    let seat: Int?
    let quantity: Int

    struct Group: Hashable {
        let section: String
        let row: Int?
        let price: Int64
    }

    init(_ claim: BookingNotice.Claim) {
        quantity = Int(claim.quantity)
        // A section's name has no dash of its own. `Int32` leaves room for the seat beside the last.
        let parts = claim.unit.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 3, let row = Int32(parts[1]), let seat = Int32(parts[2]) {
            group = Group(section: String(parts[0]), row: Int(row), price: claim.price)
            self.seat = Int(seat)
        } else {
            group = Group(section: claim.unit, row: nil, price: claim.price)
            seat = nil
        }
    }
}

extension Place.Group: Comparable {
    fileprivate static func < (left: Self, right: Self) -> Bool {
        (left.section, left.row ?? 0, left.price) < (right.section, right.row ?? 0, right.price)
    }

    func name(seats: [Int]) -> String {
        guard let row else { return section }
        return "\(section), row \(row), \(seats.count == 1 ? "seat" : "seats") \(Self.runs(of: seats))"
    }

    /// `17–18, 21`
    private static func runs(of seats: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for seat in Set(seats).sorted() {
            if let last = runs.last, last.upperBound + 1 == seat {
                runs[runs.count - 1] = last.lowerBound...seat
            } else {
                runs.append(seat...seat)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
            .joined(separator: ", ")
    }
}

import Inventory
import Testing

/// One section drawn as text: `.` a free seat, `x` a taken one, `a` one kept for those who need it; row 1 is on top.
private struct Hall {
    var inventory: Inventory
    private let rows: [String]
    private var holds: UInt64 = 0

    init(_ rows: String..., focus: Layout.SeatPosition? = nil) throws {
        self.rows = rows
        let layout = try Layout(sections: [
            .init(
                name: "HALL", kind: .seated(rows: rows.count, seatsPerRow: rows[0].count), priceMinor: 100,
                focalPoint: focus, accessibleSeats: Self.positions(of: "a", in: rows))
        ])
        inventory = Inventory(layout: layout)
        for taken in Self.positions(of: "x", in: rows) {
            let unit = UnitIndex((taken.row - 1) * rows[0].count + taken.seat - 1)
            try inventory.restoreBooked(UnitClaim(unit: unit, quantity: 1), by: Venue.id(1))
        }
    }

    private static func positions(of mark: Character, in rows: [String]) -> [Layout.SeatPosition] {
        rows.enumerated().flatMap { row, seats in
            seats.enumerated().compactMap { $1 == mark ? .init(row: row + 1, seat: $0 + 1) : nil }
        }
    }

    /// The hall with `#` on the seats that were chosen, or the refusal.
    mutating func best(_ quantity: Int, adjacent: Bool = true, accessible: Bool = false) -> [String] {
        holds += 1
        let wanted = BestAvailable(quantity: quantity, isAdjacent: adjacent, isAccessible: accessible)
        let decision = inventory.apply(
            .hold(Venue.id(holds), customer: Venue.id(2), .best(wanted)), at: Venue.second(0))
        switch decision.outcome {
        case .failure(let refusal):
            return ["\(refusal)"]
        case .success(let hold):
            var drawing = rows.map(Array.init)
            for claim in hold.claims {
                drawing[Int(claim.unit) / drawing[0].count][Int(claim.unit) % drawing[0].count] = "#"
            }
            return drawing.map { String($0) }
        }
    }
}

@Suite struct BestAvailableTests {
    @Test func `the best seats are in the middle of the front row`() throws {
        var hall = try Hall(".......", ".......")
        #expect(hall.best(3) == ["..###..", "......."])
    }

    @Test func `the organizer's focal point is the best seat`() throws {
        var hall = try Hall(".........", ".........", ".........", focus: .init(row: 2, seat: 6))
        #expect(hall.best(1) == [".........", ".....#...", "........."])
        #expect(hall.best(1) == [".....#...", ".........", "........."])
        #expect(hall.best(1) == [".........", "....#....", "........."])
    }

    @Test func `a row further back is better than seats far aside`() throws {
        var hall = try Hall("xxxxxxx.....", "............", "............")
        #expect(hall.best(2) == ["xxxxxxx.....", ".....##.....", "............"])
    }

    @Test func `no single seat is left behind where there is another choice`() throws {
        var hall = try Hall("x....xxx")
        #expect(hall.best(1) == ["x...#xxx"] || hall.best(1) == ["x#...xxx"])
        var pair = try Hall("xx.....xx")
        #expect(pair.best(2) == ["xx##...xx"])
        var other = try Hall("xx...xx", "xx..xxx")
        #expect(other.best(2) == ["xx...xx", "xx##xxx"])
    }

    @Test func `a single seat is left behind when there is no other choice`() throws {
        var hall = try Hall("xx...xx")
        #expect(hall.best(2) == ["xx##.xx"])
    }

    @Test func `seats that are not side by side are no choice unless asked for`() throws {
        var hall = try Hall("..x..x.", "x.xx..x")
        #expect(hall.best(3) == ["noneAvailable(adjacent: 2, heldUntil: nil)"])
        #expect(hall.inventory.counts(ofSection: 0).held == 0)
    }

    @Test func `a party that must split is split into as few groups as can be`() throws {
        var hall = try Hall("..x....x", "...xx.x.")
        #expect(hall.best(6, adjacent: false) == ["##x####x", "...xx.x."])
        var other = try Hall("..x....x", "...xx.x.")
        #expect(other.best(7, adjacent: false) == ["..x####x", "###xx.x."])
        var full = try Hall("..x....x")
        #expect(full.best(7, adjacent: false) == ["noneAvailable(adjacent: 4, heldUntil: nil)"])
        #expect(full.best(6, adjacent: false) == ["##x####x"])
    }

    @Test func `accessible seats are chosen for those who ask, and kept from the others`() throws {
        var hall = try Hall("aa.....")
        #expect(hall.best(2, accessible: true) == ["##....."])
        #expect(hall.best(5) == ["aa#####"])
        #expect(
            hall.best(1) == [
                "noneAvailable(adjacent: 0, heldUntil: Optional(Inventory.Moment(nanoseconds: 600000000000)))"
            ])
    }

    @Test func `rows wider than a machine word are searched whole`() throws {
        var hall = try Hall(String(repeating: "x", count: 126) + "...." + String(repeating: "x", count: 70))
        #expect(hall.best(4)[0].contains("x####x"))
    }

    @Test func `a section or a price range narrows the choice`() throws {
        let layout = try Layout(sections: [
            .init(name: "A", kind: .seated(rows: 1, seatsPerRow: 2), priceMinor: 900),
            .init(name: "B", kind: .seated(rows: 1, seatsPerRow: 2), priceMinor: 100),
            .init(name: "C", kind: .general(capacity: 5), priceMinor: 50),
        ])
        var inventory = Inventory(layout: layout)
        func hold(_ number: UInt64, _ wanted: BestAvailable) -> Decision<Reservation> {
            inventory.apply(.hold(Venue.id(number), customer: Venue.id(1), .best(wanted)), at: Venue.second(0))
        }
        #expect(try hold(1, BestAvailable(quantity: 1, section: 1)).get().claims.map(\.unit) == [2])
        #expect(try hold(2, BestAvailable(quantity: 1, priceMinor: 0...100)).get().claims.map(\.unit) == [3])
        #expect(hold(3, BestAvailable(quantity: 1, priceMinor: 0...100)).refusal != nil)
        #expect(hold(4, BestAvailable(quantity: 1, section: 2)).refusal == .unknownSection(2))
        #expect(hold(5, BestAvailable(quantity: 1, section: -1)).refusal == .unknownSection(-1))
    }

    @Test func `seats of holds that are over are free to choose`() throws {
        var hall = try Hall("...")
        #expect(hall.best(3) == ["###"])
        let next = hall.inventory.apply(
            .hold(Venue.id(9), customer: Venue.id(1), .best(BestAvailable(quantity: 3))), at: Venue.second(600))
        #expect(next.refusal == nil)
    }

    @Test(arguments: [0, -1, 101, Int.min, Int.max])
    func `a number of seats that no hold can have is refused`(quantity: Int) throws {
        var hall = try Hall("...")
        #expect(hall.best(quantity) == ["invalidSeatCount(limit: 100)"])
    }
}

import Inventory
import Testing

@Suite struct LayoutTests {
    @Test func `each unit's name leads back to the unit`() {
        for unit in 0..<UnitIndex(Venue.layout.unitCount) {
            #expect(Venue.layout.unit(named: Venue.layout.name(of: unit)) == unit)
        }
    }

    @Test(arguments: [
        "STALLS-0-1", "STALLS-1-0", "STALLS-4-1", "STALLS-1-5", "STALLS-01-1", "STALLS-1-1-1", "STALLS--1", "STALLS-1",
        "STALLS", "FLOOR-1-1", "stalls-1-1", "STALLS-1- 1", "STALLS-1-+1", "STALLS-1-99999999999999999999", "", "-",
        "--",
    ])
    func `a seat has one name and no other`(name: String) {
        #expect(Venue.layout.seat(named: name) == nil)
    }

    @Test func `a section that cannot be sold is refused with its place and field`() {
        let good = Layout.Section(name: "A", kind: .general(capacity: 1), priceMinor: 0)
        let cases: [(Layout.Section, LayoutError.Field)] = [
            (.init(name: "", kind: .general(capacity: 1), priceMinor: 0), .name),
            (.init(name: "A-1", kind: .general(capacity: 1), priceMinor: 0), .name),
            (.init(name: "A", kind: .general(capacity: 1), priceMinor: 0), .name),
            (.init(name: "B", kind: .general(capacity: 0), priceMinor: 0), .capacity),
            (.init(name: "B", kind: .seated(rows: 0, seatsPerRow: 1), priceMinor: 0), .rows),
            (.init(name: "B", kind: .seated(rows: 1, seatsPerRow: .max), priceMinor: 0), .seatsPerRow),
            (.init(name: "B", kind: .seated(rows: 10_000, seatsPerRow: 10_000), priceMinor: 0), .sections),
            (.init(name: "B", kind: .seated(rows: 1_000, seatsPerRow: 10_000), priceMinor: 0), .sections),
            (.init(name: "B", kind: .slots(count: 0, capacity: 1), priceMinor: 0), .slots),
            (.init(name: "B", kind: .slots(count: 1, capacity: .max), priceMinor: 0), .capacity),
            (.init(name: "B", kind: .general(capacity: 1), priceMinor: -1), .price),
            (seats(focalPoint: .init(row: 3, seat: 1)), .focalPoint),
            (seats(accessible: [.init(row: 1, seat: 0)]), .accessibleSeats),
            (seats(accessible: [.init(row: 1, seat: 1), .init(row: 1, seat: 1)]), .accessibleSeats),
            (
                .init(
                    name: "B", kind: .general(capacity: 1), priceMinor: 0, accessibleSeats: [.init(row: 1, seat: 1)]),
                .accessibleSeats
            ),
        ]
        for (section, field) in cases {
            #expect {
                try Layout(sections: [good, section])
            } throws: { error in
                (error as? LayoutError)?.section == 1 && (error as? LayoutError)?.field == field
            }
        }
        #expect(throws: LayoutError.self) { try Layout(sections: []) }
    }

    private func seats(
        focalPoint: Layout.SeatPosition? = nil, accessible: [Layout.SeatPosition] = []
    ) -> Layout.Section {
        Layout.Section(
            name: "B", kind: .seated(rows: 2, seatsPerRow: 2), priceMinor: 0, focalPoint: focalPoint,
            accessibleSeats: accessible)
    }

    @Test func `a slot is named by its number`() throws {
        let layout = try Layout(sections: [
            .init(name: "TABLES", kind: .general(capacity: 3), priceMinor: 0),
            .init(name: "DINNER", kind: .slots(count: 12, capacity: 60), priceMinor: 2_500),
        ])
        #expect(layout.unit(named: "DINNER-12") == 12)
        #expect(layout.name(of: 12) == "DINNER-12")
        #expect(layout.countedUnit(named: "DINNER-1") == 1)
        for name in ["DINNER", "DINNER-0", "DINNER-13", "DINNER-1-1", "TABLES-1"] {
            #expect(layout.unit(named: name) == nil)
        }
    }

    @Test func `a hostile id finds nothing, however long`() {
        let foreign = ["ＳTALLS-1-1", "STALLS-１-1", "STALLS\u{301}-1-1", "STALLS-1-1\u{0}", "\u{0}"]
        for name in foreign + [String(repeating: "9", count: 1_000_000), String(repeating: "-", count: 1_000_000)] {
            #expect(Venue.layout.unit(named: name) == nil)
        }
    }
}

@Suite struct UniqueIDTests {
    @Test func `an id's text is that of a UUID`() throws {
        let id = UniqueID(high: 0x0198_C1D2_E3F4_7A5B, low: 0x8C9D_0E1F_2031_4253)
        #expect(id.description == "0198c1d2-e3f4-7a5b-8c9d-0e1f20314253")
        #expect(UniqueID("0198C1D2-E3F4-7A5B-8C9D-0E1F20314253") == id)
    }

    @Test(arguments: [
        "", "0198c1d2-e3f4-7a5b-8c9d-0e1f2031425", "0198c1d2-e3f4-7a5b-8c9d-0e1f203142530",
        "0198c1d2e3f47a5b8c9d0e1f20314253", "0198c1d2-e3f4-7a5b-8c9d-0e1f2031425g",
    ])
    func `what is no UUID is no id`(text: String) {
        #expect(UniqueID(text) == nil)
    }

    @Test func `a version 7 id says its version, its variant and its time`() {
        let id = UniqueID(millisecondsSince1970: 0x0198_C1D2_E3F4, random: (.max, .max))
        #expect(id.description == "0198c1d2-e3f4-7fff-bfff-ffffffffffff")
    }

    @Test func `a hold's and a booking's id carry their offering`() throws {
        let hold = HoldID(offering: Venue.id(1), own: Venue.id(2))
        #expect(HoldID(hold.description) == hold)
        let booking = BookingID(offering: Venue.id(1), own: Venue.id(2))
        #expect(BookingID(booking.description) == booking)
        for text in ["", ".", "\(Venue.id(1))", "\(Venue.id(1)).", "\(hold).x", "\(hold).\(Venue.id(3))"] {
            #expect(HoldID(text) == nil)
        }
    }
}

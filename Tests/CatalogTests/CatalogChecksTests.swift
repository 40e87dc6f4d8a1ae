import Booking
import Foundation
import Inventory
import Testing

@testable import Catalog

@Suite struct CatalogChecksTests {
    private let catalog = Catalog.inMemory()

    @Test(
        arguments: [
            Flaw("name") { $0.name = " \n" },
            Flaw("name") { $0.name = String(repeating: "a", count: 201) },
            Flaw("name") { $0.name = "Spring\u{0}Gala" },
            Flaw("venue") { $0.venue = "" },
            Flaw("venue") { $0.venue = "Hall\r\nBcc: all@example.com" },
            Flaw("starts_at") { $0.startsAt = Timestamp(millisecondsSince1970: 946_684_799_999) },
            Flaw("starts_at") { $0.startsAt = Timestamp(millisecondsSince1970: 253_402_300_800_000) },
            Flaw("starts_at") { $0.startsAt = .earliest },
            Flaw("starts_at") { $0.startsAt = .latest },
            Flaw("currency") { $0.currency = "eur" },
            Flaw("currency") { $0.currency = "EURO" },
            Flaw("currency") { $0.currency = "€" },
            Flaw("currency") { $0.currency = "" },
            Flaw("hold_ttl_seconds") { $0.holdTTLSeconds = 9 },
            Flaw("hold_ttl_seconds") { $0.holdTTLSeconds = 3_601 },
            Flaw("hold_ttl_seconds") { $0.holdTTLSeconds = .max },
            Flaw("max_hold_seconds") { $0.maxHoldSeconds = 599 },
            Flaw("max_hold_seconds") { $0.maxHoldSeconds = 86_401 },
            Flaw("max_units_per_hold") { $0.maxUnitsPerHold = 0 },
            Flaw("max_units_per_hold") { $0.maxUnitsPerHold = 101 },
            Flaw("sales_start") { $0.salesStart = .earliest },
            Flaw("sales_end") { $0.salesEnd = .latest },
            Flaw("sales_end") { ($0.salesStart, $0.salesEnd) = (.noon, .noon) },
            Flaw("max_units_per_customer") { $0.maxUnitsPerCustomer = 0 },
            Flaw("max_units_per_customer") { $0.maxUnitsPerCustomer = 101 },
            Flaw("sections") { $0.sections = [] },
            Flaw("sections[0]", .seated(rows: 10_000, seatsPerRow: 10_000), first: true),
            Flaw("sections[0].capacity", .general(capacity: 0), first: true),
            Flaw("sections[1].rows", .seated(rows: 0, seatsPerRow: 1)),
            Flaw("sections[1].seats_per_row", .seated(rows: 1, seatsPerRow: .max)),
            Flaw("sections[1].price", .general(capacity: 1), priceMinor: -1),
            Flaw("sections[1].slots", .slots(count: 0, capacity: 1)),
            Flaw("sections[1].capacity", .slots(count: 1, capacity: -1)),
            Flaw("sections[1].focal_point", .seated(rows: 2, seatsPerRow: 3), focalPoint: .init(row: 3, seat: 1)),
            Flaw("sections[1].focal_point", .general(capacity: 9), focalPoint: .init(row: 1, seat: 1)),
            Flaw("sections[1].accessible_seats", .slots(count: 1, capacity: 1), accessible: [.init(row: 1, seat: 1)]),
            Flaw(
                "sections[1].accessible_seats", .seated(rows: 2, seatsPerRow: 3),
                accessible: [.init(row: 1, seat: 1), .init(row: 1, seat: 1)]),
            Flaw("sections[1].name") { $0.sections += $0.sections },
        ])
    func `names the field that keeps an event from being sold`(flaw: Flaw) async throws {
        var draft = EventDraft.gala()
        _ = try await catalog.create(draft, organizer: UniqueID(high: 1, low: 2), at: .noon)
        flaw.spoil(&draft)
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.create(draft, organizer: UniqueID(high: 1, low: 2), at: .noon)
        }
        #expect(error?.code == .invalidEvent)
        #expect(error?.field == flaw.field)
        #expect(error?.message.hasPrefix("`\(flaw.field)` ") == true)
    }

    @Test(
        arguments: [
            ("limit", EventQuery(limit: 0)), ("limit", EventQuery(limit: 101)), ("limit", EventQuery(limit: .min)),
            ("q", EventQuery(text: String(repeating: "a", count: 201))), ("q", EventQuery(text: "a\u{0}")),
            ("to", EventQuery(from: .noon, to: .noon + .milliseconds(-1))),
        ])
    func `names the parameter that is out of bounds`(field: String, query: EventQuery) async {
        let error = await #expect(throws: CatalogError.self) { try await catalog.events(query) }
        #expect(error?.code == .invalidQuery)
        #expect(error?.field == field)
    }

    @Test(
        arguments: [
            "", "x", String(repeating: "A", count: 31), String(repeating: "A", count: 33),
            String(repeating: "=", count: 32), String(repeating: " ", count: 32), String(repeating: "é", count: 16),
            String(repeating: "_", count: 32), String(repeating: "A", count: 32),
            "f" + String(repeating: "_", count: 31),
            "AAAB_____________________________",
        ])
    func `refuses a cursor that it did not make`(cursor: String) async {
        let error = await #expect(throws: CatalogError.self) { try await catalog.events(EventQuery(cursor: cursor)) }
        #expect(error?.code == .invalidCursor)
        #expect(error?.field == "cursor")
    }

    @Test(arguments: [
        UniqueID(high: 0, low: 0), UniqueID(high: .max, low: .max), UniqueID(high: 0xFBFF_FE3E_3FFF_BEFB, low: 1),
    ])
    func `reads the cursor that it wrote, which needs no escaping in a URL`(id: UniqueID) async throws {
        let years = Timestamp.years2000To9999
        for startsAt in [years.lowerBound, .noon, years.upperBound] {
            let offering = try EventDraft.gala(startsAt: startsAt).offering(id: id, organizer: id)
            let position = EventPosition(of: Event(offering: offering, createdAt: .noon))
            #expect(try EventPosition(cursor: position.cursor) == position)
            #expect(position.cursor.utf8.count == 32)
            let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_"))
            #expect(position.cursor.unicodeScalars.allSatisfy(unreserved.contains))
        }
    }

    @Test func `reads a layout that it wrote, and refuses one that has lost a number`() throws {
        let layout = try Layout(sections: EventDraft.gala().sections)
        #expect(try SectionRecord.layout(ofJSON: SectionRecord.json(of: layout)) == layout)
        for json in [
            "", "{}", "[]", #"[{"name":"A","kind":"seated","rows":2,"price":1}]"#,
            #"[{"name":"A","kind":"sofa","price":1}]"#,
        ] {
            #expect(throws: (any Error).self) { try SectionRecord.layout(ofJSON: json) }
        }
    }
}

/// What can be wrong with a draft.
struct Flaw: Sendable {
    let field: String
    let spoil: @Sendable (inout EventDraft) -> Void

    init(_ field: String, spoil: @escaping @Sendable (inout EventDraft) -> Void) {
        self.field = field
        self.spoil = spoil
    }

    /// A section that is added, in front or behind.
    init(
        _ field: String, _ kind: Layout.Section.Kind, priceMinor: Int64 = 1, focalPoint: Layout.SeatPosition? = nil,
        accessible: [Layout.SeatPosition] = [], first: Bool = false
    ) {
        self.init(field) { draft in
            let section = Layout.Section(
                name: "BALCONY", kind: kind, priceMinor: priceMinor, focalPoint: focalPoint, accessibleSeats: accessible
            )
            draft.sections.insert(section, at: first ? 0 : draft.sections.count)
        }
    }
}

import Foundation
import Inventory

/// A section as the database keeps it; the names are those of the API.
struct SectionRecord: Codable {
    private enum Kind: String, Codable {
        case seated, general, slots
    }

    private struct Seat: Codable {
        let row: Int
        let seat: Int

        init(_ position: Layout.SeatPosition) {
            row = position.row
            seat = position.seat
        }

        var position: Layout.SeatPosition { Layout.SeatPosition(row: row, seat: seat) }
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, seatsPerRow = "seats_per_row", slots, capacity, price
        case focalPoint = "focal_point", accessibleSeats = "accessible_seats"
    }

    private let name: String
    private let kind: Kind
    private var rows: Int?
    private var seatsPerRow: Int?
    private var slots: Int?
    private var capacity: Int?
    private let price: Int64
    private let focalPoint: Seat?
    private let accessibleSeats: [Seat]?

    /// A layout as a JSON array of its sections.
    static func json(of layout: Layout) throws -> String {
        String(decoding: try JSONEncoder().encode(layout.sections.map(Self.init)), as: UTF8.self)
    }

    /// Reads what `json(of:)` wrote.
    static func layout(ofJSON json: String) throws -> Layout {
        try Layout(sections: JSONDecoder().decode([Self].self, from: Data(json.utf8)).map(\.section))
    }

    private init(_ section: Layout.Section) {
        name = section.name
        price = section.priceMinor
        focalPoint = section.focalPoint.map(Seat.init)
        accessibleSeats = section.accessibleSeats.isEmpty ? nil : section.accessibleSeats.map(Seat.init)
        switch section.kind {
        case .seated(let rows, let seatsPerRow):
            kind = .seated
            self.rows = rows
            self.seatsPerRow = seatsPerRow
        case .general(let capacity):
            kind = .general
            self.capacity = capacity
        case .slots(let count, let capacity):
            kind = .slots
            slots = count
            self.capacity = capacity
        }
    }

    private var section: Layout.Section {
        Layout.Section(
            name: name, kind: layoutKind, priceMinor: price, focalPoint: focalPoint?.position,
            accessibleSeats: accessibleSeats?.map(\.position) ?? [])
    }

    /// A number that is missing becomes zero, which `Layout` refuses.
    private var layoutKind: Layout.Section.Kind {
        switch kind {
        case .seated: .seated(rows: rows ?? 0, seatsPerRow: seatsPerRow ?? 0)
        case .general: .general(capacity: capacity ?? 0)
        case .slots: .slots(count: slots ?? 0, capacity: capacity ?? 0)
        }
    }
}

import Foundation
import Inventory

/// A section as the database keeps it; the names are those of the API.
struct SectionRecord: Codable {
    private enum Kind: String, Codable {
        case seated, general, slots
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, seatsPerRow = "seats_per_row", slots, capacity, price
    }

    private let name: String
    private let kind: Kind
    private var rows: Int?
    private var seatsPerRow: Int?
    private var slots: Int?
    private var capacity: Int?
    private let price: Int64

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

    /// A number that is missing becomes zero, which `Layout` refuses.
    private var section: Layout.Section {
        switch kind {
        case .seated:
            Layout.Section(
                name: name, kind: .seated(rows: rows ?? 0, seatsPerRow: seatsPerRow ?? 0), priceMinor: price)
        case .general:
            Layout.Section(name: name, kind: .general(capacity: capacity ?? 0), priceMinor: price)
        case .slots:
            Layout.Section(
                name: name, kind: .slots(count: slots ?? 0, capacity: capacity ?? 0), priceMinor: price)
        }
    }
}

import Booking
import Inventory

/// What is kept of a page of events: which they are, and where the next page begins.
struct EventPageRecord {
    let ids: [UniqueID]
    let nextCursor: String?

    init(_ page: EventPage) {
        ids = page.items.map(\.offering.id)
        nextCursor = page.nextCursor
    }

    /// Reads `text`; nil when it is none.
    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let cursor = lines.first else { return nil }
        nextCursor = cursor.isEmpty ? nil : String(cursor)
        ids = lines.dropFirst().compactMap { UniqueID($0) }
        guard ids.count == lines.count - 1 else { return nil }
    }

    var text: String { ([nextCursor ?? ""] + ids.map(\.description)).joined(separator: "\n") }
}

extension EventSelection {
    /// Tells selections apart.
    var question: String {
        "\(after.cursor) \(before.millisecondsSince1970) \((text ?? "").debugDescription) \(venue ?? "")"
    }
}

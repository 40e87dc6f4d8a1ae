import Booking
import Foundation
import Inventory

/// A query that has been checked, in the terms of the order that events are listed in.
struct EventSelection: Sendable {
    /// Events after this position.
    let after: EventPosition
    /// Events that start before then.
    let before: Timestamp
    /// A part of the name or the venue.
    let text: String?
    /// A part of the venue.
    let venue: String?

    /// Checks a query.
    ///
    /// - Throws: `invalidQuery` with the parameter, `invalidCursor`.
    init(_ query: EventQuery, limit: Int) throws(CatalogError) {
        guard (1...100).contains(limit) else { throw .invalidQuery("limit", "must be 1 to 100") }
        text = try Self.part(query.text, "q")
        venue = try Self.part(query.venue, "venue")
        if let from = query.from, let to = query.to, to < from {
            throw .invalidQuery("to", "must not be before `from`")
        }
        let start = EventPosition.justBefore(query.from?.clamped ?? Timestamp.years2000To9999.lowerBound)
        after =
            try query.cursor.map { cursor throws(CatalogError) in max(start, try EventPosition(cursor: cursor)) }
            ?? start
        before = query.to?.clamped ?? Timestamp.years2000To9999.upperBound + .milliseconds(1)
    }

    /// What is looked for in a text; nil when anything will do.
    private static func part(_ raw: String?, _ parameter: String) throws(CatalogError) -> String? {
        let part = raw?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        guard part.unicodeScalars.count <= 200, !part.utf8.contains(0) else {
            throw .invalidQuery(parameter, "must have no more than 200 characters, and no NUL")
        }
        return part.isEmpty ? nil : part
    }
}

extension Timestamp {
    /// A bound that no event lies beyond, whatever a client asks for.
    fileprivate var clamped: Self {
        let years = Self.years2000To9999
        return min(max(self, years.lowerBound), years.upperBound + .milliseconds(1))
    }
}

/// A place in the list of all events, which is ordered by start and then by id.
struct EventPosition: Comparable, Sendable {
    let startsAt: Timestamp
    let id: UniqueID

    init(of event: Event) {
        self.init(startsAt: event.offering.startsAt, id: event.offering.id)
    }

    /// After every event that starts earlier, before every event that starts then.
    static func justBefore(_ timestamp: Timestamp) -> Self {
        Self(startsAt: timestamp + .milliseconds(-1), id: UniqueID(high: .max, low: .max))
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.startsAt, left.id) < (right.startsAt, right.id)
    }

    private init(startsAt: Timestamp, id: UniqueID) {
        self.startsAt = startsAt
        self.id = id
    }
}

// MARK: - Cursor

extension EventPosition {
    /// The position as clients carry it: 24 bytes in base64url (RFC 4648, section 5), which need no padding.
    var cursor: String {
        var bytes = Data(capacity: 24)
        for word in [UInt64(bitPattern: startsAt.millisecondsSince1970), id.high, id.low] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }

    /// Reads a cursor.
    ///
    /// - Throws: `invalidCursor`.
    init(cursor: String) throws(CatalogError) {
        let base64 = cursor.replacing("-", with: "+").replacing("_", with: "/")
        guard cursor.utf8.count == 32, let bytes = Data(base64Encoded: base64), bytes.count == 24 else {
            throw .invalidCursor
        }
        let words = stride(from: 0, to: 24, by: 8).map { start in
            bytes.dropFirst(start).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let startsAt = Timestamp(millisecondsSince1970: Int64(bitPattern: words[0]))
        guard Timestamp.years2000To9999.contains(startsAt) else { throw .invalidCursor }
        self.init(startsAt: startsAt, id: UniqueID(high: words[1], low: words[2]))
    }
}

extension CatalogError {
    fileprivate static let invalidCursor = Self(
        .invalidCursor, "The cursor is not one that this list gave out. Begin again without one.", field: "cursor")
}

import Booking
import Foundation
import Inventory

extension Timestamp {
    /// The years 2000 to 9999: what four digits can write, and every store keep.
    static let years2000To9999 =
        Timestamp(millisecondsSince1970: 946_684_800_000)...Timestamp(millisecondsSince1970: 253_402_300_799_999)
}

extension EventDraft {
    /// The offering that the draft describes.
    ///
    /// - Throws: `invalidEvent` with the first field that is wrong.
    func offering(id: UniqueID, organizer: UniqueID) throws(CatalogError) -> Offering {
        let holdTTLSeconds = holdTTLSeconds ?? 600
        let maxUnitsPerCustomer = maxUnitsPerCustomer ?? 10
        guard Timestamp.years2000To9999.contains(startsAt) else {
            throw .invalidEvent("starts_at", "must lie in the years 2000 to 9999")
        }
        guard currency.utf8.count == 3, currency.utf8.allSatisfy((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains)
        else {
            throw .invalidEvent("currency", "must be three capital letters, such as EUR")
        }
        guard (10...3_600).contains(holdTTLSeconds) else {
            throw .invalidEvent("hold_ttl_seconds", "must be 10 to 3600")
        }
        guard (1...100).contains(maxUnitsPerCustomer) else {
            throw .invalidEvent("max_units_per_customer", "must be 1 to 100")
        }
        return Offering(
            id: id, organizer: organizer, name: try Self.line(name, field: "name"),
            venue: try Self.line(venue, field: "venue"), startsAt: startsAt, currency: currency,
            holdTTL: .seconds(holdTTLSeconds), maxUnitsPerCustomer: maxUnitsPerCustomer, layout: try layout())
    }

    private func layout() throws(CatalogError) -> Layout {
        do {
            return try Layout(sections: sections)
        } catch {
            throw .invalidLayout(error)
        }
    }

    private static func line(_ raw: String, field: String) throws(CatalogError) -> String {
        let line = raw.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...200).contains(line.unicodeScalars.count), line.unicodeScalars.allSatisfy(\.isPrintable) else {
            throw .invalidEvent(field, "must have 1 to 200 characters, and no control characters")
        }
        return line
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

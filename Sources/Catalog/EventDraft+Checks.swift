import Booking
import Foundation
import Inventory

extension Timestamp {
    /// The years 2000 to 9999: what four digits can write, and every store keep.
    static let years2000To9999 =
        Timestamp(millisecondsSince1970: 946_684_800_000)...Timestamp(millisecondsSince1970: 253_402_300_799_999)
}

extension EventDraft {
    /// Describes an event that is there.
    init(_ offering: Offering) {
        self.init(
            name: offering.name, venue: offering.venue, startsAt: offering.startsAt, currency: offering.currency,
            holdTTLSeconds: Int(offering.holdTTL.components.seconds),
            maxHoldSeconds: Int(offering.longestHold.components.seconds), maxUnitsPerHold: offering.maxUnitsPerHold,
            maxUnitsPerCustomer: offering.maxUnitsPerCustomer, salesStart: offering.salesStart,
            salesEnd: offering.salesEnd, cancelUntil: offering.cancellation.until,
            cancelFeePercent: offering.cancellation.feePercent, sections: offering.layout.sections)
    }

    mutating func apply(_ change: EventChange) {
        // What ends with the start moves with it.
        if cancelUntil == startsAt { cancelUntil = change.startsAt ?? startsAt }
        name = change.name ?? name
        venue = change.venue ?? venue
        startsAt = change.startsAt ?? startsAt
        holdTTLSeconds = change.holdTTLSeconds ?? holdTTLSeconds
        maxHoldSeconds = change.maxHoldSeconds ?? maxHoldSeconds
        maxUnitsPerHold = change.maxUnitsPerHold ?? maxUnitsPerHold
        maxUnitsPerCustomer = change.maxUnitsPerCustomer ?? maxUnitsPerCustomer
        salesStart = change.salesStart ?? salesStart
        salesEnd = change.salesEnd ?? salesEnd
        cancelUntil = change.cancelUntil ?? cancelUntil
        cancelFeePercent = change.cancelFeePercent ?? cancelFeePercent
    }

    /// The names of the fields that are not as in another draft, as the API calls them.
    func fields(unlike other: EventDraft) -> [String] {
        var fields: [String] = []
        func compare<Value: Equatable>(_ field: String, _ value: KeyPath<EventDraft, Value>) {
            if self[keyPath: value] != other[keyPath: value] { fields.append(field) }
        }
        compare("name", \.name)
        compare("venue", \.venue)
        compare("starts_at", \.startsAt)
        compare("hold_ttl_seconds", \.holdTTLSeconds)
        compare("max_hold_seconds", \.maxHoldSeconds)
        compare("max_units_per_hold", \.maxUnitsPerHold)
        compare("max_units_per_customer", \.maxUnitsPerCustomer)
        compare("sales_start", \.salesStart)
        compare("sales_end", \.salesEnd)
        compare("cancel_until", \.cancelUntil)
        compare("cancel_fee_percent", \.cancelFeePercent)
        return fields
    }

    /// The offering that the draft describes.
    ///
    /// - Throws: `invalidEvent` with the first field that is wrong.
    func offering(id: UniqueID, organizer: UniqueID) throws(CatalogError) -> Offering {
        guard currency.utf8.count == 3, currency.utf8.allSatisfy((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains)
        else {
            throw .invalidEvent("currency", "must be three capital letters, such as EUR")
        }
        try checkTimes()
        let holdTTLSeconds = try Self.number(holdTTLSeconds ?? 600, in: 10...3_600, field: "hold_ttl_seconds")
        return Offering(
            id: id, organizer: organizer, name: try Self.line(name, field: "name"),
            venue: try Self.line(venue, field: "venue"), startsAt: startsAt, currency: currency,
            holdTTL: .seconds(holdTTLSeconds),
            longestHold: try maxHoldSeconds.map { seconds throws(CatalogError) in
                .seconds(try Self.number(seconds, in: holdTTLSeconds...86_400, field: "max_hold_seconds"))
            },
            maxUnitsPerHold: try maxUnitsPerHold.map { units throws(CatalogError) in
                try Self.number(units, in: 1...100, field: "max_units_per_hold")
            },
            maxUnitsPerCustomer: try Self.number(
                maxUnitsPerCustomer ?? 10, in: 1...100, field: "max_units_per_customer"),
            salesStart: salesStart, salesEnd: salesEnd,
            cancellation: CancellationPolicy(
                until: cancelUntil ?? startsAt,
                feePercent: try Self.number(cancelFeePercent ?? 0, in: 0...100, field: "cancel_fee_percent")),
            layout: try layout())
    }

    private func checkTimes() throws(CatalogError) {
        let times = [
            ("starts_at", startsAt), ("sales_start", salesStart), ("sales_end", salesEnd),
            ("cancel_until", cancelUntil),
        ]
        for (field, time) in times {
            guard time.map(Timestamp.years2000To9999.contains) ?? true else {
                throw .invalidEvent(field, "must lie in the years 2000 to 9999")
            }
        }
        if let salesStart, let salesEnd, salesEnd <= salesStart {
            throw .invalidEvent("sales_end", "must lie after `sales_start`")
        }
    }

    private func layout() throws(CatalogError) -> Layout {
        do {
            return try Layout(sections: sections)
        } catch {
            throw .invalidLayout(error)
        }
    }

    private static func number(
        _ number: Int, in bounds: ClosedRange<Int>, field: String
    ) throws(CatalogError) -> Int {
        guard bounds.contains(number) else {
            throw .invalidEvent(field, "must be \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
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

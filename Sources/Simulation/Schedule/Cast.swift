import Booking
import Inventory

/// Who buys, and what there is to buy: little, so that conflicts are the rule.
enum Cast {
    static let customers = (1...3).map { number in
        Customer(id: UniqueID(high: 1, low: UInt64(number)), email: "customer\(number)@example.com")
    }

    static let offerings = [offering(7, seats: 3, places: 4), offering(8, seats: 2, places: 2)]

    static let holdTTL = Duration.seconds(30)

    static func seat(_ number: Int, of offering: Offering) -> String { "STALLS-1-\(number + 1)" }

    private static func offering(_ id: UInt64, seats: Int, places: Int) -> Offering {
        do {
            return Offering(
                id: UniqueID(high: id, low: id), organizer: UniqueID(high: 9, low: 9), name: "Gala \(id)",
                venue: "Grand Hall", startsAt: Timestamp(millisecondsSince1970: 1_900_000_000_000), currency: "EUR",
                holdTTL: holdTTL, maxUnitsPerCustomer: 10,
                layout: try Layout(sections: [
                    .init(name: "STALLS", kind: .seated(rows: 1, seatsPerRow: seats), priceMinor: 8_500),
                    .init(name: "FLOOR", kind: .general(capacity: places), priceMinor: 4_500),
                ]))
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

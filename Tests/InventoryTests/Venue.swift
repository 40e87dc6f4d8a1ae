import Inventory

/// A small venue and short words for what happens in it.
struct Venue {
    static let layout = makeLayout()

    private static func makeLayout() -> Layout {
        do {
            return try Layout(sections: [
                .init(name: "STALLS", kind: .seated(rows: 3, seatsPerRow: 4), priceMinor: 8_500),
                .init(name: "FLOOR", kind: .general(capacity: 5), priceMinor: 4_500),
                .init(name: "BALCONY", kind: .seated(rows: 1, seatsPerRow: 2), priceMinor: 6_000),
            ])
        } catch {
            preconditionFailure("\(error)")
        }
    }

    var inventory = Inventory(layout: layout)

    static func id(_ number: UInt64) -> UniqueID { UniqueID(high: 0, low: number) }

    static func booking(_ number: UInt64) -> BookingID { BookingID(offering: id(0), own: id(number)) }

    static func seats(_ names: String...) -> [UnitClaim] {
        names.map { UnitClaim(unit: layout.seat(named: $0)!, quantity: 1) }
    }

    static func floor(_ quantity: Int) -> [UnitClaim] {
        [UnitClaim(unit: layout.generalUnit(named: "FLOOR")!, quantity: quantity)]
    }

    static func second(_ number: Int64) -> Moment { Moment(nanoseconds: number * 1_000_000_000) }

    @discardableResult
    mutating func hold(
        _ hold: UInt64, _ claims: [UnitClaim], by customer: UInt64 = 1, at now: Int64 = 0, until deadline: Int64 = 100
    ) -> Decision {
        inventory.apply(
            .hold(Self.id(hold), customer: Self.id(customer), claims: claims, until: Self.second(deadline)),
            at: Self.second(now))
    }

    @discardableResult
    mutating func submit(_ hold: UInt64, as booking: UInt64, by customer: UInt64 = 1, at now: Int64 = 0) -> Decision {
        inventory.apply(
            .submit(Self.id(hold), customer: Self.id(customer), booking: Self.booking(booking)), at: Self.second(now))
    }

    mutating func release(_ hold: UInt64, by customer: UInt64 = 1, at now: Int64 = 0) -> Decision {
        inventory.apply(.release(Self.id(hold), customer: Self.id(customer)), at: Self.second(now))
    }

    func counts(_ section: String) -> [Int] {
        let counts = inventory.counts(ofSection: Self.layout.sectionIndex(named: section)!)
        return [counts.free, counts.held, counts.booked]
    }

    func status(_ seat: String) -> Inventory.UnitStatus {
        inventory.status(ofSeat: Self.layout.seat(named: seat)!)
    }
}

extension Result {
    var refusal: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}

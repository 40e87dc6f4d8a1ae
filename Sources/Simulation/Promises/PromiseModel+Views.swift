import Booking
import Inventory

/// I3: every view of the shard's owner adds up, and shows nothing as free that was promised to somebody.
extension PromiseModel {
    /// What must be seen as taken: known before the question, and still so at the answer.
    struct Taken: Sendable {
        let holds: [HoldID]
        let bookings: [UniqueID]
        /// Cancelled for certain: what they had is on sale.
        let cancelled: Set<BookingID>
    }

    func taken(of offering: UniqueID, in record: LedgerRecord, at now: Moment) -> Taken {
        Taken(
            holds: firmHolds(on: offering, beside: record, at: now).map(\.id),
            bookings: record.standing(on: offering).map(\.id.own), cancelled: cancelled)
    }

    /// Places taken for certain, by unit.
    private func stillTaken(
        _ taken: Taken, of offering: UniqueID, in record: LedgerRecord, at now: Moment
    ) -> [String: Int] {
        let holds = firmHolds(on: offering, beside: record, at: now).filter { taken.holds.contains($0.id) }
        let bookings = record.standing(on: offering).filter { taken.bookings.contains($0.id.own) }
        return Self.places(of: holds.flatMap(\.claims) + bookings.flatMap(\.claims))
    }

    mutating func seen(
        _ availability: Availability, of offering: Offering, _ taken: Taken, in record: LedgerRecord, at now: Moment
    ) {
        let still = stillTaken(taken, of: offering.id, in: record, at: now)
        let sold = Self.places(
            of: record.bookings.values.filter { booking in
                booking.id.offering == offering.id
                    && (booking.status == .confirmed
                        || booking.status == .cancelled && !taken.cancelled.contains(booking.id))
            }.flatMap(\.claims))
        for (section, counts) in zip(offering.layout.sections, availability.sections) {
            let sum = counts.available + counts.held + counts.booked + counts.blocked
            if sum != section.capacity || min(counts.available, counts.held, counts.booked) < 0 {
                broken(.i3, "\(section.name) has \(counts), together not \(section.capacity)")
            }
            if counts.held + counts.booked < Self.sum(still, of: section) {
                broken(.i3, "\(section.name) has \(counts), but \(Self.sum(still, of: section)) places are promised")
            }
            if counts.booked > Self.sum(sold, of: section) {
                broken(.i3, "\(section.name) has \(counts), but the ledger sold \(Self.sum(sold, of: section))")
            }
        }
    }

    mutating func seen(
        _ map: SeatMap, of offering: Offering, _ taken: Taken, in record: LedgerRecord, at now: Moment
    ) {
        let still = stillTaken(taken, of: offering.id, in: record, at: now)
        let seatCount = offering.layout.unitCount - 1
        if Set(map.seats.map(\.id)).count != seatCount || map.seats.count != seatCount {
            broken(.i3, "the seat map has \(map.seats.count) of \(seatCount) seats")
        }
        for seat in map.seats where seat.status == .available && still[seat.id] != nil {
            broken(.i3, "the seat \(seat.id) is shown as available, but it is promised")
        }
    }

    /// When nobody holds or buys any more, a view shows exactly what the ledger sold.
    mutating func seenAtRest(_ availability: Availability, of offering: Offering, in record: LedgerRecord) {
        let sold = Self.places(of: record.standing(on: offering.id).flatMap(\.claims))
        for (section, counts) in zip(offering.layout.sections, availability.sections) {
            let booked = Self.sum(sold, of: section)
            if counts.held != 0 || counts.booked != booked || counts.available != section.capacity - booked {
                broken(.i3, "at rest \(section.name) has \(counts), but the ledger sold \(booked)")
            }
        }
    }

    func firmHolds(on offering: UniqueID, beside record: LedgerRecord, at now: Moment) -> [ToldHold] {
        let bought = Set(record.standing(on: offering).map(\.hold))
        return holdOrder.compactMap { holds[$0] }.filter {
            $0.id.offering == offering && $0.isFirm(at: now) && !bought.contains($0.id)
        }
    }

    static func places(of claims: [Claim]) -> [String: Int] {
        claims.reduce(into: [:]) { $0[$1.unit, default: 0] += $1.quantity }
    }

    private static func sum(_ places: [String: Int], of section: Layout.Section) -> Int {
        places.filter { $0.key == section.name || $0.key.hasPrefix("\(section.name)-") }.values.reduce(0, +)
    }
}

extension LedgerRecord {
    /// The bookings on an offering that have or will have their claims.
    func standing(on offering: UniqueID) -> [Booking] {
        bookings.values.filter { $0.id.offering == offering && $0.status != .failed && $0.status != .cancelled }
            .sorted { $0.id.own < $1.id.own }
    }
}

import Booking
import Inventory

/// I2, as the customers see it: an acknowledged booking is there, and its end is never taken back.
extension PromiseModel {
    /// A customer was told that a hold is booked.
    mutating func booked(_ booking: Booking, _ look: Look) {
        if let told = holds[booking.hold] { checkMayHave(told, look) }
        bookings[booking.id] = ToldBooking(id: booking.id, hold: booking.hold, customer: booking.customer.id)
        bookingOrder.append(booking.id)
        holds[booking.hold]?.end = nil
        settle(booking.hold, as: .booked(booking.id))
    }

    /// A customer was told that a hold cannot be booked.
    ///
    /// - Parameter isOwner: Whether the node still owns the shard. One that does not cannot keep its successor from
    ///   finding the booking in the ledger and having it paid.
    mutating func notBooked(_ look: Look, _ code: BookingError.Code, node: String, isOwner: Bool) {
        holds[look.hold]?.end = nil
        settle(look.hold, as: nil)
        guard code == .ledgerUnavailable, isOwner, let attempt = attempts[look.hold], attempt.node == node,
            bookings[attempt.booking] == nil
        else { return }
        refused[attempt.booking] = node
    }

    /// A customer was told where a booking stands.
    mutating func seen(_ booking: Booking, in record: LedgerRecord, isOwner: Bool) {
        guard let told = bookings[booking.id] else { return }
        if told.customer != booking.customer.id || told.hold != booking.hold {
            broken(.i2, "the booking \(booking.id.own) has become another one")
        }
        guard booking.status.isFinal else { return }
        let isWritten = record.history.contains {
            $0.booking.id == booking.id && $0.booking.status == booking.status && $0.booking.version == booking.version
        }
        if !isWritten {
            broken(.i2, "the booking \(booking.id.own) was said to be \(booking.status), which the ledger never knew")
        }
        guard booking.status == .failed, isOwner else { return }
        returned(told.hold, from: booking)
    }

    /// A customer was told that a booking is cancelled.
    mutating func cancelled(_ booking: Booking, by customer: UniqueID, in record: LedgerRecord) {
        if customer != booking.customer.id { broken(.i2, "the booking \(booking.id.own) was cancelled by a stranger") }
        if record.bookings[booking.id.own]?.status != .cancelled {
            broken(.i2, "the booking \(booking.id.own) was said to be cancelled, which the ledger does not know")
        }
        cancelled.insert(booking.id)
    }

    mutating func missed(_ booking: BookingID, _ code: BookingError.Code) {
        guard code == .bookingNotFound, bookings[booking] != nil else { return }
        broken(.i2, "the acknowledged booking \(booking.own) is not found")
    }

    /// A failed booking gives its hold back, with a minute left at least.
    private mutating func returned(_ hold: HoldID, from booking: Booking) {
        guard let told = holds[hold], told.standing == .booked(booking.id), told.unanswered == 0 else { return }
        let deadline = max(told.deadline, Self.moment(booking.updatedAt) + .seconds(60))
        // One that learns it from the ledger, after a crash, may have lost what was not remembered yet.
        let isBacked = isBacked(hold, until: deadline)
        holds[hold]?.standing = isBacked ? .firm : .unsure
        holds[hold]?.deadline = deadline
        holds[hold]?.slack = Self.storedPrecision
        holds[hold]?.touches += 1
    }
}

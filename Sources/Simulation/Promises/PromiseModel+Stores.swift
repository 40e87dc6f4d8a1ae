import Booking
import Inventory

extension PromiseModel {
    /// Checks what must hold between any two jobs.
    mutating func check(_ contents: StoreContents, at now: Moment) {
        checkCapacity(contents.ledger, at: now)
        checkBookings(contents.ledger)
        checkCharges(contents)
        checkEvents(contents.published)
        checkFences(contents)
    }

    /// Checks what must hold once everything has come to its end.
    mutating func checkAtRest(_ contents: StoreContents) {
        check(contents, at: Moment(nanoseconds: .max))
        for booking in contents.ledger.bookings.values.sorted(by: { $0.id.own < $1.id.own }) {
            checkEnd(of: booking, contents)
        }
        if let event = contents.ledger.events.first { broken(.i7, "the event \(event.id) was never delivered") }
        for change in contents.ledger.history {
            let isTold = contents.published.contains {
                $0.subject == change.booking.id && $0.type == change.eventType && $0.time == change.booking.updatedAt
            }
            if !isTold { broken(.i7, "nobody was told of \(change.booking.id.own) the event \(change.eventType)") }
        }
    }

    /// I1
    private mutating func checkCapacity(_ ledger: LedgerRecord, at now: Moment) {
        for offering in Cast.offerings {
            let bookings = ledger.standing(on: offering.id).flatMap(\.claims)
            let holds = firmHolds(on: offering.id, beside: ledger, at: now).flatMap(\.claims)
            let claimed = Self.places(of: bookings + holds)
            for unit in claimed.keys.sorted() {
                let capacity = (bookings + holds).first { $0.unit == unit }?.unitCapacity ?? 0
                let booked = Self.places(of: bookings)[unit, default: 0]
                if claimed[unit, default: 0] > capacity {
                    broken(
                        .i1,
                        "\(unit) of \(offering.name) has \(booked) booked and \(claimed[unit, default: 0] - booked) held places, but only \(capacity)"
                    )
                }
            }
        }
    }

    /// I2
    private mutating func checkBookings(_ ledger: LedgerRecord) {
        for id in bookingOrder where ledger.bookings[id.own] == nil {
            broken(.i2, "the acknowledged booking \(id.own) is not in the ledger")
        }
        for change in ledger.history[stores.changes...] {
            let booking = change.booking
            if let end = stores.ends[booking.id.own], !end.mayBecome(booking) {
                broken(.i2, "the booking \(booking.id.own) was \(end.status) and has become \(booking.status)")
            }
            if booking.status.isFinal { stores.ends[booking.id.own] = booking }
        }
    }

    /// I4 and I5
    private mutating func checkCharges(_ contents: StoreContents) {
        var perBooking: [BookingID: Int] = [:]
        for (key, charge) in contents.charges.sorted(by: { $0.key < $1.key }) {
            perBooking[charge.booking, default: 0] += 1
            if contents.ledger.bookings[charge.booking.own] == nil {
                broken(.i4, "the charge \(key) belongs to no booking")
            }
            if refused[charge.booking] != nil {
                broken(.i4, "\(charge.booking.own) was charged after its customer had been told that it is no booking")
            }
            if perBooking[charge.booking, default: 0] > 1 {
                broken(
                    .i5, "the booking \(charge.booking.own) was charged \(perBooking[charge.booking, default: 0]) times"
                )
            }
        }
    }

    /// I2 and I4 at the end: what was charged belongs to a sale, or has been given back.
    private mutating func checkEnd(of booking: Booking, _ contents: StoreContents) {
        guard booking.status.isFinal else {
            return broken(.i2, "the booking \(booking.id.own) is \(booking.status) for ever")
        }
        let paid = contents.charges.values.filter { $0.booking == booking.id }.reduce(0) { $0 + $1.amountMinor }
        let returned = contents.refunds.values.filter { $0.booking == booking.id }.reduce(0) { $0 + $1.amountMinor }
        let price = booking.status == .confirmed ? booking.totalMinor : 0
        if paid - returned != price {
            broken(
                .i4,
                "the booking \(booking.id.own) is \(booking.status) for \(price), with \(paid) paid and \(returned) given back"
            )
        }
        let isLate = booking.status == .failed && paid > 0 || booking.status == .confirmed && booking.version > 3
        if isLate { stores.latePayments += 1 }
    }

    /// I7
    private mutating func checkEvents(_ published: [OutboxEvent]) {
        for event in published[stores.publications...] {
            let newest = stores.newestSequence[event.shard, default: 0]
            if let first = stores.published[event.id] {
                if first != event { broken(.i7, "two different events have the id \(event.id)") }
            } else if event.sequence != newest + 1 {
                broken(.i7, "the event \(event.id) came after \(newest) of its shard")
            }
            stores.published[event.id] = event
            stores.newestSequence[event.shard] = max(newest, event.sequence)
        }
        stores.publications = published.count
    }

    /// I8
    private mutating func checkFences(_ contents: StoreContents) {
        for change in contents.ledger.history[stores.changes...] where change.epoch < change.ownerEpoch {
            broken(
                .i8,
                "epoch \(change.epoch) wrote \(change.booking.id.own) to the ledger after epoch \(change.ownerEpoch) had begun"
            )
        }
        for write in contents.holdWrites[stores.holdWrites...] where write.epoch < write.newestEpoch {
            broken(
                .i8,
                "epoch \(write.epoch) wrote the hold \(write.hold.own) after epoch \(write.newestEpoch) had begun")
        }
        stores.changes = contents.ledger.history.count
        stores.holdWrites = contents.holdWrites.count
    }
}

extension Booking {
    /// Whether a booking whose way is over can still change like this.
    fileprivate func mayBecome(_ next: Booking) -> Bool {
        switch (status, next.status) {
        case (.confirmed, .cancelled), (.failed, .failed): true
        case (.cancelled, .cancelled): next.refund?.isDone == true
        case (.failed, .confirmed): isPaymentOpen
        default: false
        }
    }
}

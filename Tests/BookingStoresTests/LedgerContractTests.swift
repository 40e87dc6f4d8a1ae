import Booking
import Inventory
import Testing

/// What every ledger promises.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct LedgerContractTests {
    @Test(arguments: LedgerKind.allCases)
    func `a booking is read back as it was written, in each state`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let first = offering.booking(seats: "STALLS-3-17", "STALLS-3-18", floor: 2)
            try await node.commit(first, of: offering)
            #expect(try await ledger.booking(first.id) == first)
            try await node.commit(first.confirmed, of: offering)
            #expect(try await ledger.booking(first.id) == first.confirmed)

            let second = offering.booking(floor: 3)
            try await node.commit([second, second.failed], of: offering)
            #expect(try await ledger.booking(second.id) == second.failed)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a booking is found under its own offering only`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let booking = offering.booking(floor: 1)
            try await Node(ledger).commit(booking, of: offering)
            #expect(try await ledger.booking(BookingID(offering: newID(), own: booking.id.own)) == nil)
            #expect(try await ledger.booking(BookingID(offering: offering.id, own: newID())) == nil)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a change that is there already is accepted again and has no further effect`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let sold = offering.booking(seats: "STALLS-1-1", floor: 4)
            let unsold = offering.booking(seats: "STALLS-1-2", floor: 4)
            for change in [sold, sold.confirmed, unsold, unsold.failed] {
                try await node.commit(change, of: offering)
                try await node.commit(change, of: offering)
            }
            try await node.commit(sold, of: offering)
            #expect(try await ledger.booking(sold.id) == sold.confirmed)
            #expect(try await outbox.pending(limit: 10).map(\.sequence) == [1, 2, 3, 4])
            // Six places are free, no more: the failed booking has given its four back once.
            #expect(await refusal { try await node.commit(offering.booking(floor: 7), of: offering) } == .conflict)
            try await node.commit(offering.booking(floor: 6), of: offering)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a change that does not start from where the booking stands is refused`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1")
            // In doubt, so recorded as failed; then the write of `queued` arrives, and a worker believes in it.
            try await node.commit(booking.failed, of: offering)
            #expect(await refusal { try await node.commit(booking, of: offering) } == .conflict)
            let sold = booking.failed.confirmed(paymentID: "ch_1", at: booking.createdAt)
            #expect(await refusal { try await node.commit(sold, of: offering) } == .conflict)
            let cancelled = booking.failed.cancelled(refundMinor: 1, at: booking.createdAt)
            #expect(await refusal { try await node.commit(cancelled, of: offering) } == .conflict)
            #expect(try await ledger.booking(booking.id) == booking.failed)
            #expect(try await ledger.state(of: offering.id).booked.isEmpty)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a cancelled booking gives its places back once, and is refunded`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1", floor: 4)
            let cancelled = booking.confirmed.cancelled(refundMinor: 20_000, at: booking.createdAt + .seconds(1))
            for change in [booking, booking.confirmed, cancelled, cancelled] {
                try await node.commit(change, of: offering)
            }
            #expect(try await ledger.booking(booking.id) == cancelled)
            #expect(try await ledger.unsettledBookings(after: nil, limit: 10) == [cancelled])
            #expect(try await ledger.state(of: offering.id).booked.isEmpty)
            #expect(await refusal { try await node.commit(offering.booking(floor: 11), of: offering) } == .conflict)
            try await node.commit(offering.booking(seats: "STALLS-1-1", floor: 10), of: offering)

            let refunded = cancelled.refunded(at: booking.createdAt + .seconds(2))
            try await node.commit(refunded, .refunded, of: offering)
            #expect(try await ledger.booking(booking.id) == refunded)
            #expect(try await ledger.unsettledBookings(after: nil, limit: 10).isEmpty)
            let types = try await outbox.pending(limit: 10).map { $0.type.dropFirst("usher.booking.".count) }
            #expect(types == ["queued", "confirmed", "cancelled", "queued", "refunded"])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a late payment takes the places again when they are free, and never twice`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            func openBooking(_ seat: String) -> Booking {
                let booking = offering.booking(seats: seat, floor: 1)
                return booking.failed(
                    BookingFailure(code: "payment_unavailable", message: "No answer."), isPaymentOpen: true,
                    at: booking.createdAt + .milliseconds(5))
            }
            let (lucky, late) = (openBooking("STALLS-1-1"), openBooking("STALLS-1-2"))
            try await node.commit([lucky, late], of: offering)
            #expect(Set(try await ledger.unsettledBookings(after: nil, limit: 10)) == [lucky, late])
            #expect(try await ledger.unsettledBookings(after: nil, limit: 1).count == 1)

            let confirmed = lucky.confirmed(paymentID: "ch_1", at: lucky.updatedAt)
            try await node.commit(confirmed, .confirmedLate, of: offering)
            try await node.commit(confirmed, .confirmedLate, of: offering)
            #expect(try await ledger.booking(lucky.id) == confirmed)
            #expect(Set(try await ledger.state(of: offering.id).booked.map(\.unit)) == ["STALLS-1-1", Offering.floor])

            try await node.commit(offering.booking(seats: "STALLS-1-2"), of: offering)
            let sale = node.change(late.confirmed(paymentID: "ch_2", at: late.updatedAt), .confirmedLate, of: offering)
            #expect(await refusal { try await ledger.commit(sale) } == .conflict)
            #expect(try await ledger.booking(late.id) == late)
            let charged = late.chargedLate(paymentID: "ch_2", at: late.updatedAt)
            try await node.commit(charged, .chargedLate, of: offering)
            #expect(try await ledger.unsettledBookings(after: nil, limit: 10) == [charged])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a node that has lost its shards can write nothing`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let offering = try Offering.gala()
            let zombie = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1")
            try await zombie.commit(booking, of: offering)
            let owner = try await Node(ledger)

            let late = offering.booking(seats: "STALLS-1-2")
            #expect(await refusal { try await zombie.commit(late, of: offering) } == .fenced)
            #expect(await refusal { try await zombie.commit(booking.confirmed, of: offering) } == .fenced)
            #expect(try await ledger.booking(late.id) == nil)
            #expect(try await ledger.booking(booking.id) == booking)
            #expect(try await outbox.pending(limit: 10).count == 1)

            try await owner.commit([booking.confirmed, late], of: offering)
            #expect(try await outbox.pending(limit: 10).map(\.sequence) == [1, 2, 3])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a place is sold once, until its booking fails`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let first = offering.booking(seats: "STALLS-1-1", floor: 8)
            try await node.commit(first, of: offering)

            func rivals() -> [Booking] {
                [
                    offering.booking(seats: "STALLS-1-2", "STALLS-1-1"), offering.booking(floor: 3),
                    offering.booking(hold: first.hold),
                ]
            }
            for rival in rivals() {
                #expect(await refusal { try await node.commit(rival, of: offering) } == .conflict)
                #expect(try await ledger.booking(rival.id) == nil)
            }
            try await node.commit(first.failed, of: offering)
            try await node.commit(rivals(), of: offering)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a booking can end before it has begun, and its beginning is then refused`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let doubtful = offering.booking(seats: "STALLS-1-1", floor: 4)
            try await node.commit(offering.booking(floor: 5), of: offering)
            try await node.commit(doubtful.failed, of: offering)
            #expect(try await ledger.booking(doubtful.id) == doubtful.failed)
            #expect(await refusal { try await node.commit(doubtful, of: offering) } == .conflict)
            #expect(try await ledger.booking(doubtful.id) == doubtful.failed)
            #expect(try await outbox.pending(limit: 10).map(\.type).last == "usher.booking.failed")
            // The end has given back nothing that had not been taken: five places are sold, five are free.
            #expect(await refusal { try await node.commit(offering.booking(floor: 6), of: offering) } == .conflict)
            try await node.commit(offering.booking(seats: "STALLS-1-1", floor: 5), of: offering)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `an inventory learns what is sold and what is not finished`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let other = try Offering.gala()
            let node = try await Node(ledger)
            let alice = Customer(id: newID(), email: "alice@example.com")
            let bob = Customer(id: newID(), email: "bob@example.com")
            let sold = [
                offering.booking(seats: "STALLS-1-1", floor: 2, customer: alice),
                offering.booking(floor: 3, customer: bob), offering.booking(floor: 1, customer: alice),
            ]
            let open = [offering.booking(seats: "STALLS-1-2"), offering.booking(floor: 1)]
            let failed = offering.booking(seats: "STALLS-1-3")
            try await node.commit(open + sold + sold.map(\.confirmed) + [failed, failed.failed], of: offering)
            let elsewhere = other.booking(seats: "STALLS-1-4")
            try await node.commit(elsewhere, of: other)

            let state = try await ledger.state(of: offering.id)
            #expect(
                Set(state.booked) == [
                    .init(unit: "STALLS-1-1", customer: alice.id, quantity: 1),
                    .init(unit: Offering.floor, customer: alice.id, quantity: 3),
                    .init(unit: Offering.floor, customer: bob.id, quantity: 3),
                ])
            #expect(state.booked.count == 3)
            #expect(Set(state.unfinished) == Set(open))
            #expect(state.unfinished.count == 2)
            #expect(Set(try await ledger.unfinishedBookings()) == Set(open + [elsewhere]))
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `unfinished bookings come oldest first`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let bookings = offering.bookings(ofSeats: 1...20).sorted { $0.id.own < $1.id.own }
            try await node.commit(bookings.shuffled(), of: offering)
            #expect(try await ledger.unfinishedBookings() == bookings)
            #expect(try await ledger.state(of: offering.id).unfinished == bookings)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a hold counts as booked until its booking fails`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let bookings = offering.bookings(ofSeats: 1...3)
            try await node.commit(bookings + [bookings[1].confirmed, bookings[2].failed], of: offering)
            let holds = bookings.map(\.hold)
            let unknown = HoldID(offering: offering.id, own: newID())
            #expect(try await ledger.bookedHolds(among: holds + [unknown]) == [holds[0], holds[1]])
            #expect(try await ledger.bookedHolds(among: [holds[1]]) == [holds[1]])
            #expect(try await ledger.bookedHolds(among: []) == [])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a customer pages through the bookings, newest first, without gaps or repeats`(
        _ kind: LedgerKind
    ) async throws {
        try await kind.withLedger { ledger, _ in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let customer = Customer(id: newID(), email: "alice@example.com")
            // Three of each millisecond, so that pages end between bookings of the same time.
            let bookings = (0..<12).map { number in
                offering.booking(
                    seats: "STALLS-1-\(number + 1)", customer: customer,
                    at: Timestamp(millisecondsSince1970: 1_800_000_000_000 + Int64(number / 3)))
            }
            try await node.commit(bookings.shuffled() + [offering.booking(floor: 1)], of: offering)
            let newestFirst = bookings.sorted { ($0.createdAt, $0.id.own) > ($1.createdAt, $1.id.own) }

            var read: [Booking] = []
            var page: [Booking] = []
            repeat {
                let place = page.last.map { BookingCursor(createdAt: $0.createdAt, own: $0.id.own) }
                page = try await ledger.bookings(of: customer.id, limit: 5, before: place)
                #expect(page.count <= 5)
                read += page
            } while !page.isEmpty && read.count <= bookings.count
            #expect(read == newestFirst)
            #expect(try await ledger.bookings(of: newID(), limit: 5, before: nil) == [])
        }
    }
}

/// What every outbox promises.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct OutboxContractTests {
    @Test(arguments: LedgerKind.allCases)
    func `each change has its event, numbered by its shard in the order of commits`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let low = try Offering.gala(shard: 3)
            let high = try Offering.gala(shard: 40)
            let node = try await Node(ledger)
            let (first, second, third) = (high.booking(floor: 1), low.booking(floor: 1), high.booking(floor: 1))
            try await node.commit([first, first.confirmed], of: high)
            try await node.commit([second, second.failed], of: low)
            try await node.commit(third, of: high)

            let events = try await outbox.pending(limit: 10)
            #expect(events.map(\.id) == ["3:1", "3:2", "40:1", "40:2", "40:3"])
            #expect(
                events.map(\.type)
                    == ["queued", "failed", "queued", "confirmed", "queued"].map { "usher.booking.\($0)" })
            #expect(events.map(\.subject) == [second, second, first, first, third].map(\.id))
            #expect(events.map(\.offering) == [low, low, high, high, high].map(\.id))
            let changes = [second, second.failed, first, first.confirmed, third]
            #expect(events.map(\.time) == changes.map(\.updatedAt))
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `the oldest come first, and go when they are removed`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let offering = try Offering.gala()
            try await Node(ledger).commit(offering.bookings(ofSeats: 1...6), of: offering)
            let first = try await outbox.pending(limit: 4)
            #expect(first.map(\.sequence) == [1, 2, 3, 4])
            #expect(try await outbox.backlog() == OutboxBacklog(count: 6, oldest: first[0].time))
            try await outbox.remove([first[0], first[2]])
            #expect(try await outbox.pending(limit: 10).map(\.sequence) == [2, 4, 5, 6])
            try await outbox.remove(first)
            #expect(try await outbox.pending(limit: 10).map(\.sequence) == [5, 6])
            #expect(try await outbox.backlog().count == 2)
            try await outbox.remove(outbox.pending(limit: 10))
            #expect(try await outbox.backlog() == OutboxBacklog(count: 0, oldest: nil))
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func `a commit wakes the one who waits for events`(_ kind: LedgerKind) async throws {
        try await kind.withLedger { ledger, outbox in
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            async let waiting: Void = outbox.awaitEvents(until: clock.now + .seconds(600))
            try await node.commit(offering.booking(floor: 1), of: offering)
            await waiting
            #expect(try await outbox.pending(limit: 10).count == 1)
        }
    }
}

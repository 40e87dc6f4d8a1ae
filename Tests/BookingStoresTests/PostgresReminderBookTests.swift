import Booking
import BookingStores
import Inventory
import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresReminderBookTests {
    @Test func `each confirmed booking is reminded once, and those that come later are not`() async throws {
        try await withPostgres { store in
            let (ledger, outbox) = (store.ledger, store.outbox)
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let (first, second) = (offering.booking(seats: "STALLS-1-1"), offering.booking(seats: "STALLS-1-2"))
            let unsold = offering.booking(seats: "STALLS-1-3")
            try await node.commit(
                [first, first.confirmed, second, second.confirmed, unsold, unsold.failed], of: offering)

            let book = PostgresReminderBook(ledger: ledger)
            let epoch = node.change(first, of: offering).epoch
            while try await book.remindSome(of: offering, epoch: epoch) {}
            let reminders = try await outbox.pending(limit: 20).filter { $0.type == "usher.booking.reminder" }
            #expect(Set(reminders.map(\.subject)) == [first.id, second.id])
            #expect(reminders.map(\.sequence) == [7, 8])

            let late = offering.booking(seats: "STALLS-1-4")
            try await node.commit([late, late.confirmed], of: offering)
            #expect(try await book.remindSome(of: offering, epoch: epoch) == false)
            #expect(try await outbox.pending(limit: 20).count == 10)
        }
    }

    @Test func `a node that has lost the shard reminds nobody`() async throws {
        try await withPostgres { store in
            let (ledger, outbox) = (store.ledger, store.outbox)
            let offering = try Offering.gala()
            let node = try await Node(ledger)
            let booking = offering.booking(seats: "STALLS-1-1")
            try await node.commit([booking, booking.confirmed], of: offering)
            let epoch = node.change(booking, of: offering).epoch
            _ = try await Node(ledger)
            let book = PostgresReminderBook(ledger: ledger)
            #expect(await refusal { _ = try await book.remindSome(of: offering, epoch: epoch) } == .fenced)
            #expect(try await outbox.pending(limit: 20).count == 2)
        }
    }
}

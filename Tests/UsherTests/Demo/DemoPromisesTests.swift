import Inventory
import Testing

@testable import Usher

/// Each promise is broken on purpose, in a database of its own.
@Suite(.timeLimit(.minutes(1))) struct DemoPromisesTests {
    @Test func `a count that differs from the database breaks I3`() async throws {
        try await PlantedLedger.with { ledger in
            try await ledger.add(booking: 1, unit: "NORTH-1-1")
            let promises = DemoPromises(database: ledger.database, event: PlantedLedger.event)
            #expect(try await promises.counts(sections(northBooked: 0)).violations.count == 1)
            #expect(try await promises.counts(sections(northBooked: 1, floorHeld: 2)).violations.count == 1)
            #expect(try await promises.counts([]).violations.count == 5)
        }
    }

    @Test func `a booking that is lost, unended or not as its stream said breaks I2`() {
        func violations(_ state: String?, followed end: String?) -> Int {
            let id = BookingID(offering: PlantedLedger.event, own: UniqueID(high: 0, low: 1)).description
            let states = state.map { [text(1): $0] } ?? [:]
            return DemoPromises.endings(states, followed: [DemoTally.FollowedBooking(id: id, end: end)]).violations
                .count
        }
        #expect(violations("confirmed", followed: "confirmed") == 0)
        #expect(violations("failed", followed: nil) == 0)
        #expect(violations(nil, followed: "confirmed") == 1)
        #expect(violations(nil, followed: nil) == 1)
        #expect(violations("failed", followed: "confirmed") == 1)
        #expect(violations("queued", followed: nil) == 1)
    }

    /// The counts of the demo's venue with nothing sold but what is given.
    private func sections(northBooked: Int, floorHeld: Int = 0) -> [EventBody.Section] {
        DemoVenue.capacities.map { name, capacity in
            let booked = name == "NORTH" ? northBooked : 0
            return EventBody.Section(
                name: name, available: capacity - booked, held: name == "FLOOR" ? floorHeld : 0, booked: booked)
        }
    }

    private func text(_ own: UInt64) -> String { UniqueID(high: 0, low: own).description }
}

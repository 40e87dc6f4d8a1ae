import Testing

@testable import Usher

@Suite struct EventCheckTests {
    private let queued = BookingEvent(shard: 0, sequence: 1, type: "usher.booking.queued", booking: "b", version: 1)
    private let confirmed = BookingEvent(
        shard: 0, sequence: 2, type: "usher.booking.confirmed", booking: "b", version: 3)

    @Test func `Events in order, in the log and the outbox, with doubles, are right`() {
        #expect(broken(log: [queued, confirmed]).isEmpty)
        #expect(broken(log: [queued], outbox: [confirmed]).isEmpty)
        #expect(broken(log: [queued, confirmed, queued, confirmed], outbox: [confirmed]).isEmpty)
    }

    @Test func `Events that come in another order break I7`() {
        #expect(broken(log: [confirmed, queued]).contains("I7"))
    }

    @Test func `A number that is missing breaks I7`() {
        #expect(broken(log: [queued, confirmed], sequence: 3) == ["I7"])
        let third = BookingEvent(shard: 0, sequence: 4, type: "usher.booking.cancelled", booking: "b", version: 4)
        #expect(broken(log: [queued, confirmed, third], sequence: 4, version: 4) == ["I7"])
    }

    @Test func `What the log no longer has is no gap`() {
        #expect(broken(log: [confirmed]).isEmpty)
    }

    @Test func `One id for two events, and two ids for one, break I7`() {
        let other = BookingEvent(shard: 0, sequence: 2, type: "usher.booking.failed", booking: "b", version: 3)
        #expect(broken(log: [queued, confirmed, other]) == ["I7"])
        let again = BookingEvent(shard: 0, sequence: 3, type: confirmed.type, booking: "b", version: 3)
        #expect(broken(log: [queued, confirmed, again], sequence: 3) == ["I7"])
    }

    @Test func `An event of a booking that is not there, and a booking ahead of its events, break I2`() {
        #expect(broken(log: [queued, confirmed], booking: nil) == ["I2"])
        #expect(broken(log: [queued, confirmed], version: 4) == ["I2"])
        #expect(broken(log: [queued], sequence: 1) == ["I2"])
    }

    @Test func `What was committed after the database was read does not count`() {
        #expect(broken(log: [queued, confirmed], sequence: 1, version: 1).isEmpty)
        #expect(broken(log: [queued, confirmed], sequence: 0, booking: nil).isEmpty)
    }

    @Test func `A reminder tells of no change`() {
        let reminder = BookingEvent(shard: 0, sequence: 3, type: "usher.booking.reminder", booking: "b", version: 3)
        #expect(broken(log: [queued, confirmed, reminder], sequence: 3).isEmpty)
    }

    /// The promises that are found broken.
    private func broken(
        log: [BookingEvent], outbox: [BookingEvent] = [], sequence: Int64 = 2, version: Int64 = 3,
        booking: String? = "b"
    ) -> Set<String> {
        let checks = EventCheck(
            log: log.map { EventCheck.Entry(partition: 0, event: $0) }, outbox: outbox, sequences: [0: sequence],
            bookings: booking.map {
                [BookedRecord(id: $0, status: "confirmed", version: version, totalMinor: 0, currency: "EUR")]
            } ?? []
        ).result()
        return Set(checks.filter { !$0.isKept }.map(\.name))
    }
}

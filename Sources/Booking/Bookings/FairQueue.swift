import DequeModule
import Inventory

/// Bookings in the order of their coming, with offerings that take turns. Each step takes the same time, however many
/// wait.
struct FairQueue {
    private var lines: [UniqueID: Deque<QueuedBooking>] = [:]
    /// The offerings that have a line, the one whose turn it is first.
    private var turns: Deque<UniqueID> = []

    private(set) var count = 0

    /// When the booking was made that has waited longest; costs a look at each offering.
    var oldest: Timestamp? { lines.values.compactMap(\.first?.booking.createdAt).min() }

    mutating func append(_ booking: QueuedBooking) {
        let offering = booking.booking.id.offering
        if lines[offering] == nil { turns.append(offering) }
        lines[offering, default: []].append(booking)
        count += 1
    }

    mutating func popFirst() -> QueuedBooking? {
        guard let offering = turns.popFirst(), let booking = lines[offering]?.popFirst() else { return nil }
        if lines[offering]?.isEmpty == true {
            lines[offering] = nil
        } else {
            turns.append(offering)
        }
        count -= 1
        return booking
    }
}

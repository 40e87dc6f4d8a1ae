import Booking
import Foundation
import Inventory
import Synchronization

/// Events that are forgotten when the process ends.
final class InMemoryEventStore: EventStore {
    private let events = Mutex<[UniqueID: Event]>([:])

    func insert(_ event: Event) {
        events.withLock { $0[event.offering.id] = event }
    }

    func find(id: UniqueID) -> Event? {
        events.withLock { $0[id] }
    }

    /// O(n log n) in the number of events.
    func find(_ selection: EventSelection, limit: Int) -> [Event] {
        let matches = events.withLock { $0.values.filter(selection.contains) }
        return Array(matches.sorted { EventPosition(of: $0) < EventPosition(of: $1) }.prefix(limit))
    }
}

extension EventSelection {
    fileprivate func contains(_ event: Event) -> Bool {
        guard EventPosition(of: event) > after, event.offering.startsAt < before else { return false }
        return text.map { text in
            [event.offering.name, event.offering.venue].contains {
                $0.range(of: text, options: .caseInsensitive) != nil
            }
        } ?? true
    }
}

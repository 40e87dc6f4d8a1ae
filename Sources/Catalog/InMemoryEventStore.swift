import Audit
import Booking
import Foundation
import Inventory
import Synchronization

/// Events that are forgotten when the process ends. Nothing is recorded of their changes.
final class InMemoryEventStore: EventStore {
    private let events = Mutex<[UniqueID: Event]>([:])
    private let settled = Mutex<Set<UniqueID>>([])

    func insert(_ event: Event) {
        events.withLock { $0[event.offering.id] = event }
    }

    func replace(_ event: Event, recording change: AuditedChange) -> Bool {
        events.withLock { events in
            guard let present = events[event.offering.id], present.offering.version == event.offering.version - 1
            else { return false }
            events[event.offering.id] = event
            return true
        }
    }

    func findCancelled(limit: Int) -> [Event] {
        let settled = settled.withLock { $0 }
        let open = events.withLock { events in
            events.values.filter { $0.offering.isCancelled && !settled.contains($0.offering.id) }
        }
        return Array(open.sorted { $0.offering.id < $1.offering.id }.prefix(limit))
    }

    func recordAllCancelled(of id: UniqueID) {
        settled.withLock { _ = $0.insert(id) }
    }

    func find(id: UniqueID) -> Event? {
        events.withLock { $0[id] }
    }

    func find(ids: [UniqueID]) -> [Event] {
        events.withLock { events in ids.compactMap { events[$0] } }
            .sorted { EventPosition(of: $0) < EventPosition(of: $1) }
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
        let (name, venue) = (event.offering.name, event.offering.venue)
        return (name.has(text) || venue.has(text)) && venue.has(self.venue)
    }
}

extension String {
    /// Whether the part, if one is wanted, occurs in either case.
    fileprivate func has(_ part: String?) -> Bool {
        part.map { range(of: $0, options: .caseInsensitive) != nil } ?? true
    }
}

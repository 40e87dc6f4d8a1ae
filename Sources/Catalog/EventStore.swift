import Audit
import Inventory

/// Where events are kept. What comes has been checked.
protocol EventStore: Sendable {
    /// Adds an event, and records that it was.
    func insert(_ event: Event) async throws(CatalogError)

    /// Puts a changed event in the place of the one with the version before it, and records what was done.
    ///
    /// - Returns: False when it has another version.
    func replace(_ event: Event, recording change: AuditedChange) async throws(CatalogError) -> Bool

    /// Cancelled events of which it was not recorded that all their bookings are cancelled.
    func findCancelled(limit: Int) async throws(CatalogError) -> [Event]

    /// Records that all bookings of a cancelled event are cancelled.
    func recordAllCancelled(of id: UniqueID) async throws(CatalogError)

    /// The event with this id.
    func find(id: UniqueID) async throws(CatalogError) -> Event?

    /// Those of the events with these ids that there are, ordered by start and then by id.
    func find(ids: [UniqueID]) async throws(CatalogError) -> [Event]

    /// The first `limit` events of a selection, ordered by start and then by id.
    func find(_ selection: EventSelection, limit: Int) async throws(CatalogError) -> [Event]
}

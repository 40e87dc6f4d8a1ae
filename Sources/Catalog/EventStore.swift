import Inventory

/// Where events are kept. What comes has been checked.
protocol EventStore: Sendable {
    /// Adds an event.
    func insert(_ event: Event) async throws(CatalogError)

    /// The event with this id.
    func find(id: UniqueID) async throws(CatalogError) -> Event?

    /// The first `limit` events of a selection, ordered by start and then by id.
    func find(_ selection: EventSelection, limit: Int) async throws(CatalogError) -> [Event]
}

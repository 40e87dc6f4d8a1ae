import Booking
import Inventory
import Testing

@testable import Catalog

@Suite(.timeLimit(.minutes(1))) struct EventChangeTests {
    private let organizer = UniqueID(high: 7, low: 8)

    @Test(arguments: Backend.allCases)
    func `changes what is named and nothing else`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            let event = try await catalog.create(.gala(), organizer: organizer, at: .noon)
            var change = EventChange()
            change.name = " Summer Gala "
            change.salesEnd = .some(.noon)
            change.startsAt = .noon + .seconds(60)
            let changed = try await catalog.change(event.offering.id, by: change)
            #expect([changed.offering.name, changed.offering.venue] == ["Summer Gala", "Grand Hall"])
            #expect(changed.offering.salesEnd == .noon)
            // It could be cancelled until the start.
            #expect(changed.offering.cancellation.until == .noon + .seconds(60))
            #expect([event.offering.version, changed.offering.version] == [1, 2])
            #expect(changed.offering.layout == event.offering.layout)
            #expect(try await catalog.event(id: event.offering.id) == changed)

            var reopening = EventChange()
            reopening.salesEnd = .some(nil)
            #expect(try await catalog.change(event.offering.id, by: reopening, ifVersion: 2).offering.salesEnd == nil)
            #expect(
                await code { try await catalog.change(event.offering.id, by: change, ifVersion: 2) } == .eventChanged)
            var wrong = EventChange()
            wrong.maxHoldSeconds = 599
            #expect(await code { try await catalog.change(event.offering.id, by: wrong) } == .invalidEvent)
            #expect(
                await code { try await catalog.change(event.offering.id, by: wrong, ifVersion: 2) } == .invalidEvent)
            #expect(await code { try await catalog.change(UniqueID(high: 1, low: 1), by: change) } == .eventNotFound)
        }
    }

    @Test(arguments: Backend.allCases)
    func `of changes at the same time none is lost`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            let id = try await catalog.create(.gala(), organizer: organizer, at: .noon).offering.id
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        var change = EventChange()
                        if number % 2 == 0 { change.name = "New" } else { change.venue = "Park" }
                        _ = try await catalog.change(id, by: change)
                    }
                }
                try await group.waitForAll()
            }
            let offering = try #require(await catalog.offering(id))
            #expect([offering.name, offering.venue] == ["New", "Park"])
            #expect(offering.version == 5)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a cancelled event stays cancelled, and is looked for until its bookings are`(backend: Backend) async throws {
        try await backend.withCatalog { catalog in
            let id = try await catalog.create(.gala(), organizer: organizer, at: .noon).offering.id
            let other = try await catalog.create(.gala(), organizer: organizer, at: .noon).offering.id
            let cancelled = try await catalog.cancel(id, at: .noon)
            #expect(cancelled.offering.cancelledAt == .noon)
            #expect(try await catalog.cancel(id, at: .noon + .seconds(1)) == cancelled)
            #expect(await code { try await catalog.change(id, by: EventChange()) } == .eventCancelled)
            #expect(try await catalog.cancelledOfferings(limit: 10) == [cancelled.offering])
            let soon = try await catalog.offerings(startingIn: .noon..<(.noon + .seconds(1)))
            #expect(soon.map(\.id) == [other])
            try await catalog.recordAllCancelled(of: id)
            #expect(try await catalog.cancelledOfferings(limit: 10).isEmpty)
        }
    }

    private func code(_ body: () async throws -> Event) async -> CatalogError.Code? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? CatalogError)?.code
        }
    }
}

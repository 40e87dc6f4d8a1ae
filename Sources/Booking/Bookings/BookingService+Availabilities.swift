public import Inventory

extension BookingService {
    /// Places of an offering up to which a list brings it into memory, which takes up to some ten milliseconds.
    private static let smallCapacity = 20_000
    /// Offerings that are counted at a time.
    private static let width = 8

    /// How many places of each offering are free, held and booked, for a list of them.
    ///
    /// Large ones are counted only while they are in memory, as those on sale are: the first look at one by itself brings
    /// it there. They are left out otherwise, and so is one that cannot be had now.
    public func availabilities(of offerings: [Offering]) async -> [UniqueID: Availability] {
        await withTaskGroup(of: (UniqueID, Availability?).self) { group in
            var counts: [UniqueID: Availability] = [:]
            for (index, offering) in offerings.enumerated() {
                if index >= Self.width, let (id, counted) = await group.next() { counts[id] = counted }
                group.addTask { (offering.id, await self.availability(ifCheap: offering)) }
            }
            for await (id, counted) in group { counts[id] = counted }
            return counts
        }
    }

    private func availability(ifCheap offering: Offering) async -> Availability? {
        let capacity = offering.layout.sections.reduce(0) { $0 + $1.capacity }
        if capacity <= Self.smallCapacity { return try? await availability(of: offering.id) }
        return await directory.withActiveInventory(of: offering.id) { await $0.availability() }
    }
}

public import Inventory
import Synchronization

/// What units of an offering are: all of a section or an offering, or those that have changed.
public struct SeatUpdate: Sendable {
    /// The inventory's version that the units are of.
    public let version: UInt64
    /// Each unit once, in the layout's order.
    public let units: [UnitChange]

    /// Describes units at a version.
    public init(version: UInt64, units: [UnitChange]) {
        self.version = version
        self.units = units
    }
}

/// Follows one inventory, for somebody who shows it to many.
///
/// What changes is gathered until it is asked for, a unit's newest state replacing those before. So the inventory never
/// waits for a reader, and a feed never has more to keep than the offering has units.
public final class SeatFeed: Sendable {
    private struct State {
        var version: UInt64
        var changed: [UnitIndex: UnitCounts] = [:]
    }

    /// The version from which the feed tells every change.
    public let start: UInt64
    /// What is followed, as it was then; its layout never changes.
    public let offering: Offering
    private let inventory: InventoryActor
    private let state: Mutex<State>
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(inventory: InventoryActor, offering: Offering, version: UInt64) {
        self.inventory = inventory
        self.offering = offering
        start = version
        state = Mutex(State(version: version))
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// What has changed since the last call; waits until something has.
    ///
    /// - Returns: Nil when the inventory is no longer in memory, or the feed was ended. Changes may have been missed then:
    ///   a new feed, and its snapshots, know all.
    public func next() async -> SeatUpdate? {
        for await _ in signals { return takeChanges() }
        return nil
    }

    /// All units as they are now, of one section or of all.
    ///
    /// - Parameter section: The section's position in the layout.
    public func snapshot(section: Int?) async -> SeatUpdate {
        await inventory.snapshot(section: section)
    }

    /// Lets whoever waits for changes go.
    public func end() {
        signal.finish()
    }

    /// Takes the next step of the inventory in. A step that is missing ends the feed, rather than that its readers see
    /// what is not so.
    func append(_ changes: Changes) {
        let (isNext, isFirst) = state.withLock { state in
            let isFirst = state.changed.isEmpty
            let isNext = changes.version == state.version + 1
            state.version = changes.version
            for change in changes.units { state.changed[change.unit] = change.counts }
            return (isNext, isFirst)
        }
        if !isNext { end() } else if isFirst { signal.yield() }
    }

    private func takeChanges() -> SeatUpdate {
        let (version, changed) = state.withLock { state in
            defer { state.changed = [:] }
            return (state.version, state.changed)
        }
        return SeatUpdate(
            version: version,
            units: changed.map { UnitChange(unit: $0.key, counts: $0.value) }.sorted { $0.unit < $1.unit })
    }
}

// MARK: - The inventory's side

extension InventoryActor {
    /// Begins to tell somebody what changes.
    func follow() -> SeatFeed {
        let feed = SeatFeed(inventory: self, offering: offering, version: inventory.version)
        feeds.append(feed)
        return feed
    }

    func unfollow(_ feed: SeatFeed) {
        feeds.removeAll { $0 === feed }
        feed.end()
    }

    func publish(_ changes: Changes) {
        guard !feeds.isEmpty, !changes.units.isEmpty else { return }
        for feed in feeds { feed.append(changes) }
    }

    func snapshot(section: Int?) async -> SeatUpdate {
        await expireDueHolds()
        let layout = offering.layout
        let units = section.map { layout.units(ofSection: $0) } ?? 0..<UnitIndex(layout.unitCount)
        return SeatUpdate(
            version: inventory.version, units: units.map { UnitChange(unit: $0, counts: inventory.counts(of: $0)) })
    }
}

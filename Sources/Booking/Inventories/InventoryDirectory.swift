import Inventory
public import Logging
import Synchronization

/// Finds the actor that owns an offering's inventory, brings it into memory on first use, and lets it go when nobody
/// needs it.
///
/// Whoever works on an inventory is counted meanwhile, and one that is in use is not let go: so an offering never has
/// two inventories at a time that decide. A booking that waits for a worker is not counted: its claims are reserved, and
/// neither is an inventory let go that is not at rest.
public final class InventoryDirectory: Sendable {
    fileprivate typealias Activation = Task<InventoryActor, any Error>

    fileprivate enum State {
        case activating(Activation)
        case active(InventoryActor)
    }

    fileprivate struct Entry {
        /// Tells this entry from later ones of the offering.
        let number: Int
        var state: State
        /// Callers at work.
        var users = 0
        /// Callers that there have been.
        var uses = 0
        /// What the last look for idle inventories saw.
        var seen: (uses: Int, since: Moment)?
    }

    fileprivate struct Entries {
        var byOffering: [UniqueID: Entry] = [:]
        var count = 0
    }

    private let entries = Mutex(Entries())
    private let activator: InventoryActivator
    private let backlogs = HoldBacklogs()
    private let clock: any BookingClock
    private let executor: (any TaskExecutor)?

    /// Makes a directory for a node that owns the shards with these epochs.
    ///
    /// - Parameters:
    ///   - trail: Is told what happens to holds; nil when nobody keeps their history.
    ///   - executor: Where activations and timers run, which no caller waits in; nil for the default. A simulator gives
    ///     its own.
    public init(
        offerings: any OfferingSource, ledger: any Ledger, holdStore: any HoldStore, epochs: ShardEpochs,
        trail: HoldTrail? = nil, clock: any BookingClock, executor: (any TaskExecutor)? = nil, logger: Logger
    ) {
        self.clock = clock
        self.executor = executor
        activator = InventoryActivator(
            offerings: offerings, ledger: ledger, holdStore: holdStore, backlogs: backlogs, trail: trail,
            epochs: epochs, clock: clock, executor: executor, logger: logger)
    }

    /// How many inventories are in memory.
    public var activeCount: Int { entries.withLock { $0.byOffering.count } }

    /// How many callers are at work on inventories, or wait for their turn: on all of them, and on the one with most.
    public var callsInFlight: (all: Int, busiest: Int) {
        entries.withLock { entries in
            entries.byOffering.values.reduce(into: (0, 0)) { calls, entry in
                calls.0 += entry.users
                calls.1 = max(calls.1, entry.users)
            }
        }
    }

    /// How many live holds the hold store does not have: a crash would lose them.
    public var unbackedHolds: Int { backlogs.holdCount }

    /// Has `body` work on the inventory of an offering. Callers that come while it is brought into memory wait for the
    /// same one. It is let go at once when `body` finds that another node owns it.
    ///
    /// The inventory must not be kept for later, unless something in it keeps it from rest.
    func withInventory<Result>(
        of offering: UniqueID, _ body: (InventoryActor) async throws(BookingError) -> Result
    ) async throws(BookingError) -> Result {
        let entry = enter(offering)
        defer { leave(offering, entry.number) }
        let inventory = try await inventory(of: offering, entry.state)
        do {
            return try await body(inventory)
        } catch {
            if error.code == .notOwner { await drop(inventory) }
            throw error
        }
    }

    /// Lets an inventory go whose shard this node has lost; the next use brings it into memory anew.
    func drop(_ inventory: InventoryActor) async {
        // First, so that it acknowledges no hold any more that the next one may not find in the stores.
        await inventory.stop()
        entries.withLock { entries in
            let entry = entries.byOffering[inventory.id]
            guard case .active(let present) = entry?.state, present === inventory else { return }
            entries.byOffering[inventory.id] = nil
        }
    }
}

// MARK: - Entries

extension InventoryDirectory {
    private func enter(_ offering: UniqueID) -> Entry {
        entries.withLock { entries in
            if let entry = entries.use(offering) { return entry }
            var entry = makeEntry(number: entries.count + 1, offering)
            entry.users = 1
            entry.uses = 1
            entries.count += 1
            entries.byOffering[offering] = entry
            return entry
        }
    }

    private func leave(_ offering: UniqueID, _ number: Int) {
        entries.withLock { $0.change(offering, number) { $0.users -= 1 } }
    }

    private func makeEntry(number: Int, _ offering: UniqueID) -> Entry {
        let activation = Task(executorPreference: executor) { try await self.activate(offering, number) }
        return Entry(number: number, state: .activating(activation))
    }

    private func activate(_ offering: UniqueID, _ number: Int) async throws -> InventoryActor {
        do {
            let inventory = try await activator.activate(offering)
            entries.withLock { $0.change(offering, number) { $0.state = .active(inventory) } }
            return inventory
        } catch {
            entries.withLock { entries in
                if entries.byOffering[offering]?.number == number { entries.byOffering[offering] = nil }
            }
            throw error
        }
    }

    private func inventory(of offering: UniqueID, _ state: State) async throws(BookingError) -> InventoryActor {
        switch state {
        case .active(let inventory):
            return inventory
        case .activating(let activation):
            do {
                return try await activation.value
            } catch let error as BookingError {
                throw error
            } catch {
                throw .ledger(
                    LedgerError(.unavailable, "The event could not be loaded", cause: error), offering: offering)
            }
        }
    }
}

extension InventoryDirectory.Entries {
    fileprivate mutating func use(_ offering: UniqueID) -> InventoryDirectory.Entry? {
        guard let index = byOffering.index(forKey: offering) else { return nil }
        byOffering.values[index].users += 1
        byOffering.values[index].uses += 1
        return byOffering.values[index]
    }

    fileprivate mutating func change(
        _ offering: UniqueID, _ number: Int, _ body: (inout InventoryDirectory.Entry) -> Void
    ) {
        guard let index = byOffering.index(forKey: offering), byOffering.values[index].number == number else { return }
        body(&byOffering.values[index])
    }
}

// MARK: - Passivation

extension InventoryDirectory {
    /// Lets the inventories go that nobody has used for a while and in which nothing is reserved.
    ///
    /// One is let go only if it was at rest and nobody has come since that was looked up: then nothing can have been
    /// reserved in it.
    func passivate(unusedFor time: Duration) async {
        for (offering, idle) in idleEntries(unusedFor: time) {
            guard case .active(let inventory) = idle.state, await inventory.isAtRest else { continue }
            let isGone = entries.withLock { entries in
                guard let entry = entries.byOffering[offering], entry.number == idle.number,
                    entry.users == 0, entry.uses == idle.uses
                else { return false }
                entries.byOffering[offering] = nil
                return true
            }
            if isGone { await inventory.stop() }
        }
    }

    private func idleEntries(unusedFor time: Duration) -> [(UniqueID, Entry)] {
        let now = clock.now
        return entries.withLock { entries in
            var idle: [(UniqueID, Entry)] = []
            for (offering, var entry) in entries.byOffering where entry.users == 0 {
                if entry.seen?.uses != entry.uses { entry.seen = (entry.uses, now) }
                if let seen = entry.seen, now - seen.since >= time { idle.append((offering, entry)) }
                entries.byOffering[offering] = entry
            }
            return idle.sorted { $0.0 < $1.0 }
        }
    }
}

// MARK: - Backing

extension InventoryDirectory {
    /// The offerings whose inventories have something to tell the hold store.
    var offeringsWithBacklog: [UniqueID] { backlogs.offerings }

    /// Those in memory, also those on their way there.
    var activeOfferings: [UniqueID] { entries.withLock { $0.byOffering.keys.sorted() } }

    /// Has `body` work on an inventory if it is in memory, or on its way there; this does not count as its use.
    func withActiveInventory<Result>(
        of offering: UniqueID, _ body: (InventoryActor) async -> Result
    ) async -> Result? {
        let entry = entries.withLock { entries in
            entries.byOffering[offering]?.users += 1
            return entries.byOffering[offering]
        }
        guard let entry else { return nil }
        defer { leave(offering, entry.number) }
        guard let inventory = try? await inventory(of: offering, entry.state) else { return nil }
        return await body(inventory)
    }
}

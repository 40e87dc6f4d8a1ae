import Inventory
public import Logging
import Synchronization

/// Finds the actor that owns an offering's inventory, and brings it into memory on first use.
public final class InventoryDirectory: Sendable {
    private typealias Activation = Task<InventoryActor, any Error>

    private enum Entry {
        case activating(Activation)
        case active(InventoryActor)
    }

    private let entries = Mutex<[UniqueID: Entry]>([:])
    private let activator: InventoryActivator
    private let executor: (any TaskExecutor)?

    /// Makes a directory for a node that owns the shards with these epochs.
    ///
    /// - Parameter executor: Where activations and timers run, which no caller waits in; nil for the default. A
    ///   simulator gives its own.
    public init(
        offerings: any OfferingSource, ledger: any Ledger, holdStore: any HoldStore, epochs: ShardEpochs,
        clock: any BookingClock, executor: (any TaskExecutor)? = nil, logger: Logger
    ) {
        self.executor = executor
        activator = InventoryActivator(
            offerings: offerings, ledger: ledger, holdStore: holdStore, epochs: epochs, clock: clock,
            executor: executor, logger: logger)
    }

    /// The owner of an offering's inventory. Callers that come while it is brought into memory wait for the same one.
    func inventory(of offering: UniqueID) async throws(BookingError) -> InventoryActor {
        let entry = entries.withLock { entries in
            if let entry = entries[offering] { return entry }
            let entry = Entry.activating(
                Task(executorPreference: executor) { try await self.activate(offering) })
            entries[offering] = entry
            return entry
        }
        switch entry {
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

    /// Lets an inventory go whose shard this node has lost; the next use brings it into memory anew.
    func drop(_ offering: UniqueID) async {
        let entry = entries.withLock { $0.removeValue(forKey: offering) }
        if case .active(let inventory) = entry { await inventory.stop() }
    }

    private func activate(_ offering: UniqueID) async throws -> InventoryActor {
        do {
            let inventory = try await activator.activate(offering)
            entries.withLock { $0[offering] = .active(inventory) }
            return inventory
        } catch {
            entries.withLock { _ = $0.removeValue(forKey: offering) }
            throw error
        }
    }
}

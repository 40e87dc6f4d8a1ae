import Inventory
public import ServiceLifecycle

/// Lets inventories out of memory that nobody uses.
public struct InventoryPassivation: Service {
    private let directory: InventoryDirectory
    private let idleTime: Duration
    private let clock: any BookingClock

    /// - Parameter idleTime: How long nobody must have used an inventory.
    public init(directory: InventoryDirectory, idleTime: Duration, clock: any BookingClock) {
        self.directory = directory
        self.idleTime = idleTime
        self.clock = clock
    }

    /// Looks for idle inventories, often enough that none stays for a quarter longer than it should, until graceful
    /// shutdown.
    public func run() async throws {
        try? await cancellableByShutdown {
            while true {
                try await clock.sleep(until: clock.now + idleTime / 4)
                await directory.passivate(unusedFor: idleTime)
            }
        }
    }
}

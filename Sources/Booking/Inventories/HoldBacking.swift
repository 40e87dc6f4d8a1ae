import Inventory
public import Logging
public import ServiceLifecycle

/// Has the hold store told what it missed: what could not be written while it was away, and everything after it has
/// lost its data.
public struct HoldBacking: Service {
    /// Inventories that are written at a time.
    private static let width = 8

    private let directory: InventoryDirectory
    private let holdStore: any HoldStore
    private let interval: Duration
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes the backing of a directory's inventories by the store that they write to.
    ///
    /// - Parameter interval: How often the store is looked at.
    public init(
        directory: InventoryDirectory, holdStore: any HoldStore, interval: Duration = .seconds(1),
        clock: any BookingClock, logger: Logger
    ) {
        self.directory = directory
        self.holdStore = holdStore
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    /// What the last look at the store saw.
    struct Sight {
        /// The incarnation that has everything but what the inventories' backlogs say.
        fileprivate var incarnation: String?
        fileprivate var isAway = false
    }

    /// Watches the store until graceful shutdown.
    public func run() async throws {
        try? await cancellableByShutdown {
            var sight = Sight()
            while true {
                await look(&sight)
                try await clock.sleep(until: clock.now + interval)
            }
        }
    }

    /// Looks at the store once, and writes what it should have.
    func look(_ sight: inout Sight) async {
        let present = await incarnation()
        note(isAway: present == nil, wasAway: sight.isAway)
        sight.isAway = present == nil
        guard let present else { return }
        // What a store has lost that is seen for the first time is not known; so everything is written then too.
        if present != sight.incarnation { await loseBacking(isNoticed: sight.incarnation != nil) }
        sight.incarnation = present
        await backUp()
    }

    private func incarnation() async -> String? {
        try? await holdStore.incarnation()
    }

    private func note(isAway: Bool, wasAway: Bool) {
        if isAway && !wasAway { logger.warning("The hold store is away; holds live in memory only") }
        if !isAway && wasAway {
            logger.notice(
                "The hold store is back; holds are written again",
                metadata: [.count: "\(directory.unbackedHolds)"])
        }
    }

    private func loseBacking(isNoticed: Bool) async {
        if isNoticed { logger.warning("The hold store may have lost its data; all holds are written again") }
        for offering in directory.activeOfferings {
            await directory.withActiveInventory(of: offering) { await $0.loseBacking() }
        }
    }

    private func backUp() async {
        await withDiscardingTaskGroup { group in
            let offerings = directory.offeringsWithBacklog
            for lane in 0..<min(Self.width, offerings.count) {
                group.addTask {
                    for index in stride(from: lane, to: offerings.count, by: Self.width) {
                        await directory.withActiveInventory(of: offerings[index], backUp)
                    }
                }
            }
        }
    }

    private func backUp(_ inventory: InventoryActor) async {
        do {
            try await inventory.backUp()
        } catch  where error.code == .fenced {
            await directory.drop(inventory)
        } catch {
            logger.debug(
                "Holds are still unbacked", metadata: [.offering: "\(inventory.id)", .error: "\(error)"])
        }
    }
}

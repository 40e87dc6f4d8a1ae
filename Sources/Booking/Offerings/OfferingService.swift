public import Inventory
public import Logging
public import ServiceLifecycle
import Synchronization

/// What organizers can do with what they sell: change and cancel it, and take places off sale.
///
/// It runs in the background too. The bookings of a cancelled offering are cancelled until none is left; that they are to
/// be stands in the offering itself, so a crash forgets none of them. And what was left in doubt by a database that went
/// away is read again until it answers.
public final class OfferingService: Service {
    private static let idlePause = Duration.seconds(30)
    private static let busyPause = Duration.seconds(1)

    let directory: InventoryDirectory
    let ledger: any Ledger
    /// Nil when nobody keeps one.
    let holdHistory: (any HoldHistory)?
    let settlement: BookingSettlement
    let clock: any BookingClock
    let identifiers: any IdentifierSource
    let logger: Logger
    private let offerings: any OfferingSource
    private let cancelled: any CancelledOfferings
    private let call = WakeUpCall()
    private let doubtful = Mutex<Set<UniqueID>>([])

    /// Makes the service of one node.
    public init(
        directory: InventoryDirectory, ledger: any Ledger, holdHistory: (any HoldHistory)? = nil,
        settlement: BookingSettlement, offerings: any OfferingSource & CancelledOfferings, clock: any BookingClock,
        identifiers: any IdentifierSource = SystemIdentifierSource(), logger: Logger
    ) {
        self.directory = directory
        self.ledger = ledger
        self.holdHistory = holdHistory
        self.settlement = settlement
        self.clock = clock
        self.identifiers = identifiers
        self.logger = logger
        self.offerings = offerings
        cancelled = offerings
    }

    /// Works until graceful shutdown. What is left then is taken up by the next start.
    public func run() async throws {
        try? await cancellableByShutdown { [self] in
            while !Task.isCancelled {
                let isDone = await workOnce()
                await call.wait(until: clock.now + (isDone ? Self.idlePause : Self.busyPause), on: clock)
            }
        }
    }

    /// To be called with an offering whose change has been recorded: what is sold goes by it when this returns.
    public func follow(_ offering: Offering) async {
        await directory.withActiveInventory(of: offering.id) { await $0.follow(offering) }
        if offering.isCancelled { call.call() }
    }

    /// To be called when it is not known whether a change of an offering has been recorded.
    public func review(_ offering: UniqueID) {
        doubtful.withLock { _ = $0.insert(offering) }
        call.call()
    }

    /// - Returns: Whether nothing is left to be done.
    private func workOnce() async -> Bool {
        do {
            let isReviewed = try await reviewDoubtful()
            return try await cancelBookings() && isReviewed
        } catch {
            logger.warning("Changes of offerings could not be carried out", metadata: [.error: "\(error)"])
            return false
        }
    }
}

// MARK: - What is in doubt

extension OfferingService {
    private func reviewDoubtful() async throws -> Bool {
        for id in doubtful.withLock({ $0 }) {
            let offering = try await offerings.offering(id)
            let isReviewed = await directory.withActiveInventory(of: id) { inventory in
                if let offering { await inventory.follow(offering) }
                let changes = await inventory.blocks.changes
                guard let blocks = try? await ledger.blocks(of: id, epoch: inventory.epoch) else { return false }
                return await inventory.follow(blocks, changes: changes)
            }
            if isReviewed ?? true { doubtful.withLock { _ = $0.remove(id) } }
        }
        return doubtful.withLock(\.isEmpty)
    }
}

// MARK: - Cancelled offerings

extension OfferingService {
    private static let offeringsAtATime = 100
    private static let page = 500
    private static let concurrency = 32

    private func cancelBookings() async throws -> Bool {
        let open = try await cancelled.cancelledOfferings(limit: Self.offeringsAtATime)
        // All are off sale before the bookings of the first are looked for.
        for offering in open { await follow(offering) }
        var isDone = open.count < Self.offeringsAtATime
        for offering in open {
            try Task.checkCancellation()
            if try await cancelBookings(of: offering) {
                try await cancelled.recordAllCancelled(of: offering.id)
                logger.notice("All bookings of an offering are cancelled", metadata: [.offering: "\(offering.id)"])
            } else {
                isDone = false
            }
        }
        return isDone
    }

    /// Goes once through all bookings that are confirmed.
    ///
    /// - Returns: Whether none is left that is, or can still be.
    private func cancelBookings(of offering: Offering) async throws -> Bool {
        try await directory.withInventory(of: offering.id) { (inventory) async throws(BookingError) in
            await inventory.follow(offering)
            await inventory.releaseHolds()
        }
        var last: UniqueID?
        repeat {
            try Task.checkCancellation()
            let page = try await ledger.bookings(
                on: offering.id, status: .confirmed, after: last, limit: Self.page)
            last = page.count == Self.page ? page.last?.id.own : nil
            await cancel(page)
            if !page.isEmpty { settlement.wake() }
        } while last != nil
        // In this order: what is not in the inventory any more, and cannot come into it, the ledger has.
        guard try await directory.withInventory(of: offering.id, { await $0.isEmpty }) else { return false }
        for status in [BookingStatus.queued, .confirmed] {
            let left = try await ledger.bookings(on: offering.id, status: status, after: nil, limit: 1)
            guard left.isEmpty else { return false }
        }
        return true
    }

    /// Those that cannot be cancelled now are found again by the next round.
    private func cancel(_ bookings: [Booking]) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, booking) in bookings.enumerated() {
                if index >= Self.concurrency { await group.next() }
                group.addTask {
                    do throws(BookingError) {
                        try await self.settlement.amendments.cancel(booking.id, of: nil)
                    } catch {
                        self.logger.debug(
                            "A booking is not cancelled yet",
                            metadata: [.booking: "\(booking.id)", .error: "\(error)"])
                    }
                }
            }
        }
    }
}

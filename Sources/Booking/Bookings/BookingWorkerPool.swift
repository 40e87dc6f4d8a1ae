import Inventory
public import Logging
public import ServiceLifecycle

/// Takes bookings from the queue, has them paid and brings them to their end.
public struct BookingWorkerPool: Service {
    /// How long a hold lasts at least after its booking has failed, so that the customer can try another card.
    static let graceAfterFailure = Duration.seconds(60)

    private let workers: Int
    private let queue: BookingQueue
    private let payments: PaymentCollector
    private let ledger: any Ledger
    private let directory: InventoryDirectory
    private let settlement: BookingSettlement
    private let statusHub: StatusHub
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes a pool of `workers` that each bring one booking at a time to its end.
    public init(
        workers: Int, queue: BookingQueue, payments: PaymentCollector, settlement: BookingSettlement,
        ledger: any Ledger, directory: InventoryDirectory, statusHub: StatusHub, clock: any BookingClock, logger: Logger
    ) {
        self.workers = workers
        self.queue = queue
        self.payments = payments
        self.settlement = settlement
        self.ledger = ledger
        self.directory = directory
        self.statusHub = statusHub
        self.clock = clock
        self.logger = logger
    }

    /// Works until graceful shutdown; then each worker finishes the booking in its hands, without trying its payment again.
    ///
    /// A cancellation cuts payments off; their bookings stay queued in the ledger.
    public func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await work()
            } onGracefulShutdown: {
                queue.close()
            }
        } onCancel: {
            queue.close()
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            for (lane, count) in [(BookingQueue.Lane.payment, workers), (.settlement, max(1, workers / 8))] {
                for _ in 0..<count {
                    group.addTask {
                        while let next = await queue.next(lane: lane) {
                            await TraceContext.$current.withValue(next.trace) { await process(next) }
                        }
                    }
                }
            }
        }
    }

    private func process(_ queued: QueuedBooking) async {
        let booking = queued.booking
        defer { settlement.notices.forget(booking.id) }
        guard let inventory = await inventory(of: queued) else { return statusHub.abandon(booking.id) }
        // What is not brought to its end here stays queued in the ledger, for the shard's owner or the next start.
        guard let ended = queued.doubt == nil ? await pay(for: queued) : notAccepted(booking) else {
            logger.notice("A payment was cut off; the next start takes it up", metadata: [.booking: "\(booking.id)"])
            statusHub.abandon(booking.id)
            return
        }
        do {
            try await record(ended, inventory: inventory)
        } catch {
            logger.error("A booking was left unfinished", metadata: [.booking: "\(booking.id)", .error: "\(error)"])
            statusHub.abandon(booking.id)
            if error.code == .fenced { await directory.drop(inventory) }
            return
        }
        if ended.status == .confirmed {
            await inventory.confirm(ended.hold)
        } else {
            await inventory.fail(ended.hold, keepFor: Self.graceAfterFailure)
        }
        statusHub.publish(ended)
        if ended.isPaymentOpen { settlement.wake() }
    }

    /// - Returns: What has a booking's claims, and stays in memory since it has them; nil when it cannot be had.
    private func inventory(of queued: QueuedBooking) async -> InventoryActor? {
        if let inventory = queued.inventory { return inventory }
        let id = queued.booking.id
        var pause = Duration.milliseconds(50)
        while true {
            do throws(BookingError) {
                return try await directory.withInventory(of: id.offering) { $0 }
            } catch {
                guard error.code == .ledgerUnavailable && !isStopping else {
                    logger.error("A booking was not taken up", metadata: [.booking: "\(id)", .error: "\(error)"])
                    return nil
                }
                try? await clock.sleep(until: clock.now + pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// - Returns: The booking's end; nil when the payment was cut off. It may have been made, so the booking has not
    ///   failed: the next to take it up asks the gateway again, with the same key.
    private func pay(for queued: QueuedBooking) async -> Booking? {
        let booking = queued.booking.processing(at: clock.timestamp)
        statusHub.publish(booking)
        guard booking.totalMinor > 0 else { return booking.confirmed(paymentID: nil, at: clock.timestamp) }
        do {
            let paymentID = try await payments.collect(Charge(for: booking))
            return booking.confirmed(paymentID: paymentID, at: clock.timestamp)
        } catch {
            if let paymentID = settlement.notices.paymentID(of: booking.id) {
                return booking.confirmed(paymentID: paymentID, at: clock.timestamp)
            }
            if error.code != .declined && isStopping { return nil }
            let code = error.code == .declined ? "payment_declined" : "payment_unavailable"
            let mayBeCharged = error.code == .unanswered || queued.isTakenUp && error.code != .declined
            return booking.failed(
                BookingFailure(code: code, message: error.message), isPaymentOpen: mayBeCharged, at: clock.timestamp)
        }
    }

    /// The end of a booking in doubt. Once the ledger has it, a write of `queued` that comes late is refused.
    private func notAccepted(_ booking: Booking) -> Booking {
        booking.failed(
            BookingFailure(
                code: "not_accepted",
                message: "The booking could not be written in time, and nothing was charged. Book the hold again."),
            at: clock.timestamp)
    }

    /// Writes the end of a booking, however long the ledger is away: it may have been paid for, or be in doubt.
    private func record(_ booking: Booking, inventory: InventoryActor) async throws(LedgerError) {
        let change = LedgerChange(
            booking.status == .confirmed ? .confirmed : .failed, booking, offering: await inventory.offering,
            epoch: inventory.epoch)
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return try await ledger.commit(change)
            } catch  where error.code == .unavailable && !Task.isCancelled && !Task.isShuttingDownGracefully {
                try? await clock.sleep(until: clock.now + pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    private var isStopping: Bool { Task.isCancelled || Task.isShuttingDownGracefully }
}
